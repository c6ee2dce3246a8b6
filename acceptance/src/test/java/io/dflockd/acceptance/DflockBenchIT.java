package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dflock bench} at the real server, and at servers that are worse. */
@Timeout(60)
class DflockBenchIT {
    @AutoClose private static ServerProcess server = ServerProcess.start();

    @ParameterizedTest
    @ValueSource(strings = {"pairs", "contended", "pipelined", "signals"})
    void everyWorkloadMeasuresAndLeavesNothingBehind(String workload) {
        var result = bench(server, "--workload", workload, "--warm-up", "0.2", "--duration", "1", "--json");

        assertThat(result.status()).as(result.toString()).isZero();
        var json = result.out().get(0);
        assertThat(json).startsWith("{\"workload\":\"" + workload + "\",\"servers\":[\"" + server.address() + "\"],")
                .contains("\"ended_early\":false")
                .endsWith("\"errors\":0,\"errors_by_kind\":{}"
                        + (workload.equals("contended") ? ",\"exclusion_violations\":0}" : "}"));
        assertThat(number(json, "operations")).isPositive();
        assertThat(number(json, "measured_s")).isBetween(1.0, 10.0);
        assertThat(number(json, "p50_us")).isBetween(number(json, "min_us"), number(json, "p99_us"));
        assertThat(number(json, "p999_us")).isBetween(number(json, "p99_us"), number(json, "max_us"));
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pairs", "contended", "pipelined", "signals"})
    void numberOfOperationsIsKeptToTheLastOneAlsoAtARate(String workload) {
        var result = bench(server, "--workload", workload, "--warm-up", "0", "--requests", "321", "--rate", "1000",
                "--json");

        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(number(result.out().get(0), "operations")).isEqualTo(321);
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pairs", "contended", "pipelined", "signals"})
    void interruptEndsItWithTheReportAndNothingHeld(String workload) {
        try (var bench = DflockProcess.start(server.address(), "bench", "--workload", workload, "--warm-up", "0",
                "--duration", "600")) {
            assertThat(bench.awaitErr(1)).startsWith("1 of 600 s: ");

            bench.signal("INT");
            var result = bench.await();

            assertThat(result.status()).isEqualTo(128 + 2);
            assertThat(result.out()).anyMatch(line -> line.endsWith(", ended early"))
                    .anyMatch(
                            line -> line.startsWith("latency of a"));
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pairs", "contended", "pipelined", "signals"})
    void deathOfTheServerEndsItWithTheReportAndTheErrors(String workload) throws Exception {
        try (var mortal = ServerProcess.start();
                var bench = DflockProcess.start(mortal.address(), "bench", "--workload", workload, "--warm-up", "0",
                        "--duration", "600", "--json")) {
            bench.awaitErr(1);

            mortal.process().destroyForcibly().waitFor();
            var result = bench.await();

            assertThat(result.status()).isEqualTo(69);
            assertThat(number(result.out().get(0), "operations")).isPositive();
            assertThat(number(result.out().get(0), "connection_lost")).isPositive();
            assertThat(result.err().get(result.err().size() - 1)).startsWith("dflock: connection lost: ");
        }
    }

    @Test
    void severalServersShareTheLoad() {
        try (var second = ServerProcess.start()) {
            var result = DflockProcess.run(server.address() + ";" + second.address(), "bench", "--warm-up", "0",
                    "--duration", "0.5", "--json");

            assertThat(result.status()).as(result.toString()).isZero();
            assertThat(DflockProcess.run(second.address(), "stats", "--json").out().get(0))
                    .contains("\"idle_locks\":[{\"key\":\"bench-");
        }
    }

    @Test
    void tlsAndTokenAreThoseOfEveryCommand(@TempDir Path folder) throws Exception {
        var certificate = ServerCertificate.make(folder);
        var token = Files.writeString(folder.resolve("token"), "secret\n").toString();
        try (var secure = ServerProcess.start("--auth-token-file", token, "--tls-cert",
                certificate.chain().toString(), "--tls-key", certificate.key().toString())) {
            for (var workload : new String[]{"pairs", "signals"}) {
                var result = bench(secure, "--workload", workload, "--warm-up", "0", "--requests", "1000",
                        "--token-file", token, "--tls-ca", certificate.chain().toString());

                assertThat(result.status()).as(result.toString()).isZero();
            }
            assertThat(bench(secure, "--token", "wrong", "--tls-ca", certificate.chain().toString()).status())
                    .isEqualTo(77);
        }
    }

    @Test
    void serverWithoutTaggedRequestsCanBeMeasuredButNotPipelined() throws IOException {
        try (var old = new FakeServer(command -> switch (command) {
            case "l" -> "ok 0123456789abcdef0123456789abcdef 30";
            case "r" -> "ok";
            default -> "error";
        })) {
            var pipelined = DflockProcess.run(old.address(), "bench", "--workload", "pipelined");
            var pairs = DflockProcess.run(old.address(), "bench", "--warm-up", "0", "--requests", "100");

            assertThat(pipelined.status()).isEqualTo(70);
            assertThat(pipelined.err()).containsExactly("dflock: " + old.address() + ": this server lacks tagged"
                    + " requests, which --workload pipelined needs; the other workloads do not");
            assertThat(pairs.status()).as(pairs.toString()).isZero();
        }
    }

    @Test
    void serverThatGrantsOneLockTwiceIsFoundOut() throws IOException {
        try (var broken = new FakeServer(command -> command.equals("l") ? "ok token 30 1" : "ok")) {
            var result = DflockProcess.run(broken.address(), "bench", "--workload", "contended", "--warm-up", "0",
                    "--duration", "0.2", "--json");

            assertThat(result.status()).isEqualTo(4);
            assertThat(number(result.out().get(0), "exclusion_violations")).isPositive();
            assertThat(result.err()).anyMatch(line -> line.startsWith("dflock: exclusion violated: "));
        }
    }

    @Test
    void refusalsAreCountedByTheirWord() {
        try (var full = ServerProcess.start("--max-locks", "1")) {
            var result = bench(full, "--warm-up", "0", "--duration", "0.5", "--json");

            assertThat(result.status()).isEqualTo(70);
            assertThat(number(result.out().get(0), "error_max_locks")).isPositive();
        }
    }

    private static void assertNothingIsLeft() {
        var stats = DflockProcess.run(server.address(), "stats", "--json").out().get(0);
        assertThat(stats).contains("\"connections\":1,", "\"locks\":[]", "\"signal_channels\":[]");
    }

    private static double number(String json, String name) {
        var match = Pattern.compile("\"" + name + "\":([0-9.E]+)").matcher(json);
        assertThat(match.find()).as(name + " in " + json).isTrue();
        return Double.parseDouble(match.group(1));
    }

    private static DflockProcess.Result bench(ServerProcess at, String... flags) {
        var line = new String[flags.length + 1];
        line[0] = "bench";
        System.arraycopy(flags, 0, line, 1, flags.length);
        return DflockProcess.run(at.address(), line);
    }

    /** Answers each request by its command word alone. */
    private static final class FakeServer implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Function<String, String> answers;

        FakeServer(Function<String, String> answers) throws IOException {
            this.answers = answers;
            start(() -> {
                while (true) {
                    var connection = socket.accept();
                    start(() -> serve(connection));
                }
            });
        }

        String address() {
            return "127.0.0.1:" + socket.getLocalPort();
        }

        private void serve(Socket connection) throws IOException {
            try (connection;
                    var in = new BufferedReader(
                            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
                for (var command = in.readLine(); command != null; command = in.readLine()) {
                    in.readLine();
                    in.readLine();
                    connection.getOutputStream()
                            .write((answers.apply(command) + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        }

        private interface Task {
            void run() throws IOException;
        }

        private static void start(Task task) {
            var thread = new Thread(() -> {
                try {
                    task.run();
                } catch (IOException e) {
                    // The socket was closed, which is how it ends.
                }
            }, "fake-server");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
