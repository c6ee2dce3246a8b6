package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server whose standard error is a pipe that nobody reads. */
class LogIT {
    private static final Pattern LISTENING = Pattern.compile("listening address=\"[^\"]*:(\\d+)\"");
    private static final int CONNECTIONS = 4_000;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Process server;
    private BufferedReader log;
    private int port;

    @BeforeEach
    void startAndReadOneLine() throws IOException {
        server = new ProcessBuilder(ServerProcess.PROGRAM.toString(), "--port", "0", "--debug")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        log = new BufferedReader(new InputStreamReader(server.getErrorStream(), StandardCharsets.UTF_8), 1);
        for (var line = log.readLine(); line != null && port == 0; line = port == 0 ? log.readLine() : line) {
            var match = LISTENING.matcher(line);
            port = match.find() ? Integer.parseInt(match.group(1)) : 0;
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

        var lines = readInBackground();
        Eventually.await("the drops are said", DEADLINE,
                () -> has(lines, "log lines dropped, nobody took them count="));
        ping();
        server.toHandle().destroy(); // that of the process would also end the pipe
        assertThat(server.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
        Eventually.await("the last line is written", DEADLINE, () -> has(lines, "stopped clean=\"true\""));
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
