package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose standard error is a pipe that nobody reads. */
class LogIT {
    private static final Pattern LISTENING = Pattern.compile("listening address=\"[^\"]*:(\\d+)\"");
    private static final Pattern OPERATORS = Pattern.compile("answering operators address=\"[^\"]*:(\\d+)\"");
    private static final String ADMIN = "open-sesame-and-let-me-in";
    private static final int CONNECTIONS = 4_000;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Process server;
    private BufferedReader log;
    private int port;
    private int adminPort;
    @TempDir private Path folder;

    @BeforeEach
    void startAndReadOneLine() throws IOException {
        server = new ProcessBuilder(ServerProcess.PROGRAM.toString(), "--port", "0", "--debug", "--admin-port", "0",
                "--admin-token-file", Files.writeString(folder.resolve("token"), ADMIN).toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        log = new BufferedReader(new InputStreamReader(server.getErrorStream(), StandardCharsets.UTF_8), 1);
        for (var line = log.readLine(); line != null && port == 0; line = port == 0 ? log.readLine() : line) {
            var match = LISTENING.matcher(line);
            port = match.find() ? Integer.parseInt(match.group(1)) : 0;
            var operators = OPERATORS.matcher(line);
            adminPort = operators.find() ? Integer.parseInt(operators.group(1)) : adminPort;
        }
    }

    @AfterEach
    void end() {
        server.destroyForcibly();
    }

    /** Each leaves two lines; the pipe has room for some hundred. */
    private void connectOften() throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) {
            ping();
        }
    }

    private void ping() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) DEADLINE.toMillis());
            socket.getOutputStream().write("ping\n_\n\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('o');
        }
    }

    @Test
    void nobodyWaitsForTheLogAndWhatIsDroppedIsSaid() throws Exception {
        connectOften();
        operatorsAreAnswered();

        var lines = readInBackground();
        Eventually.await("the drops are said", DEADLINE,
                () -> has(lines, "log lines dropped, nobody took them count="));
        ping();
        server.toHandle().destroy(); // that of the process would also end the pipe
        assertThat(server.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
        Eventually.await("the last line is written", DEADLINE, () -> has(lines, "stopped clean=\"true\""));
    }

    /** What an operator does is recorded among these lines ({@code --audit-log stderr}), which there is no room for. */
    private void operatorsAreAnswered() throws Exception {
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        for (var path : List.of("/livez", "/readyz", "/startupz", "/metrics", "/api/v1/locks", "/api/v1/status")) {
            assertThat(ask(http, "GET", path, "").statusCode()).as(path).isEqualTo(200);
        }
        assertThat(ask(http, "DELETE", "/api/v1/sessions/99", "{\"reason\":\"x\"}").statusCode()).isEqualTo(404);
        assertThat(ask(http, "PUT", "/api/v1/log-level",
                "{\"logger\":\"io.dflockd.transport\",\"level\":\"trace\",\"for_s\":60}").statusCode()).isEqualTo(200);
        var metrics = ask(http, "GET", "/metrics", "").body();
        assertThat(metrics.lines().filter(line -> line.startsWith("dflockd_audit_failures_total ")))
                .as("what there was no room for is counted")
                .singleElement()
                .asString()
                .doesNotEndWith(" 0.0")
                .doesNotEndWith(" 0");
    }

    private HttpResponse<String> ask(HttpClient http, String method, String path, String body) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                .timeout(DEADLINE)
                .header("Authorization", "Bearer " + ADMIN)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theEndDoesNotWaitForTheLogForLong() throws Exception {
        connectOften();

        server.toHandle().destroy(); // that of the process would also end the pipe

        assertThat(server.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
    }

    private List<String> readInBackground() {
        var lines = new ArrayList<String>();
        var reader = new Thread(() -> {
            try {
                for (var line = log.readLine(); line != null; line = log.readLine()) {
                    synchronized (lines) {
                        lines.add(line);
                    }
                }
            } catch (IOException e) {
                // The process is gone.
            }
        }, "log");
        reader.setDaemon(true);
        reader.start();
        return lines;
    }

    private static boolean has(List<String> lines, String text) {
        synchronized (lines) {
            return lines.stream().anyMatch(line -> line.contains(text));
        }
    }
}
