package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import io.dflockd.transport.Transport;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that read slowly, in pieces or not at all, over each transport, plain and encrypted. */
@ParameterizedClass(name = "{0}")
@MethodSource("ways")
@Execution(ExecutionMode.CONCURRENT)
class SlowPeerTest {
    private static final int SMALL_BUFFER = 16 * 1024;
    private static final int VALUE_BYTES = 12_000_000;
    private static final int EAGER = 5;
    /** A connection keeps a part of a megabyte, and no more than it may have read before it knew. */
    private static final long READ_AT_LEAST = 100_000;
    private static final long READ_AT_MOST = 700_000;

    @TempDir Path folder;

    @Parameter Way way = new Way(Transport.NIO, false);

    record Way(Transport transport, boolean encrypted) {}

    static Stream<Way> ways() {
        return Arrays.stream(Transport.values())
                .filter(transport -> transport.whyUnavailable() == null)
                .flatMap(transport -> Stream.of(new Way(transport, false), new Way(transport, true)));
    }

    /** A server of the kind that is tested, and clients of it. */
    private final class Fixture implements AutoCloseable {
        final TestCertificate certificate;
        final DflockdServer server;

        Fixture(String... settings) throws Exception {
            certificate = TestCertificate.issue(folder);
            var config = ServerConfig.builder()
                    .set(Setting.PORT, "0")
                    .set(Setting.TRANSPORT, way.transport.toString())
                    .set(Setting.MAX_ARG_BYTES, "" + 16_000_000)
                    .set(Setting.MAX_MEMORY, "400m");
            for (int i = 0; i < settings.length; i += 2) {
                config.set(Setting.valueOf(settings[i]), settings[i + 1]);
            }
            server = DflockdServer.start((way.encrypted ? certificate.configure(config) : config).build());
        }

        WireClient connect() throws Exception {
            if (way.encrypted) {
                return new WireClient(certificate.connect(server.address(), SMALL_BUFFER));
            }
            var socket = new Socket();
            socket.setReceiveBufferSize(SMALL_BUFFER);
            socket.connect(server.address());
            return new WireClient(socket);
        }

        @Override
        public void close() {
            server.close();
        }
    }

    /** Reads so many bytes at an even pace; returns how many came. */
    private static long readSteadily(WireClient client, long bytes, Duration time) throws IOException {
        var in = client.socket().getInputStream();
        var piece = new byte[64 * 1024];
        long start = System.nanoTime();
        long read = 0;
        while (read < bytes) {
            long due = start + (long) (time.toNanos() * ((double) read / bytes));
            LockSupport.parkNanos(due - System.nanoTime());
            int count = in.read(piece, 0, (int) Math.min(piece.length, bytes - read));
            if (count < 0) {
                return read;
            }
            read += count;
        }
        return read;
    }

    @Test
    void whoReadsSteadilyIsNotCutOffHoweverLongOneAnswerTakes() throws Exception {
        try (var fixture = new Fixture("WRITE_TIMEOUT", "1"); var client = fixture.connect()) {
            assertThat(client.ask("kset", "k", "v".repeat(VALUE_BYTES) + "\t0")).isEqualTo("ok");
            client.send("kget", "k", "");

            assertThat(readSteadily(client, VALUE_BYTES + 4, Duration.ofSeconds(4))).isEqualTo(VALUE_BYTES + 4);
            assertThat(client.ask("ping", "_", "")).isEqualTo("ok");
        }
    }

    @Test
    void whoReadsNothingIsCutOff() throws Exception {
        try (var fixture = new Fixture("WRITE_TIMEOUT", "1");
                var stopped = fixture.connect();
                var other = fixture.connect()) {
            assertThat(stopped.ask("kset", "k", "v".repeat(VALUE_BYTES) + "\t0")).isEqualTo("ok");
            stopped.send("kget", "k", "");

            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!other.ask("stats", "_", "").contains("\"connections\":1,")) {
                assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            }
        }
    }

    @Test
    void whatWasTakenWholeDoesNotComeBackAndTheRestDoes() throws Exception {
        try (var fixture = new Fixture(); var dying = fixture.connect(); var other = fixture.connect()) {
            var large = "x".repeat(60_000);
            for (int i = 0; i < 400; i++) {
                other.ask("rpush", "q", i + ":" + large);
            }
            dying.sendRaw("lpop\nq\n\n".repeat(400));
            for (int i = 0; i < 20; i++) {
                assertThat(dying.line()).startsWith("ok " + i + ":");
            }
            dying.reset();

            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!other.ask("stats", "_", "").contains("\"connections\":1,")) {
                assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            }
            int left = Integer.parseInt(other.ask("llen", "q", "").substring(3));
            assertThat(left).isBetween(1, 380);
            assertThat(other.ask("lpop", "q", "")).startsWith("ok " + (400 - left) + ":");
        }
    }

    @Test
    void theTimeForWhichTheServerDoesNotReadIsNotThePeers() throws Exception {
        try (var fixture = new Fixture("READ_TIMEOUT", "1"); var client = fixture.connect()) {
            assertThat(client.ask("kset", "k", "v".repeat(65_000) + "\t0")).isEqualTo("ok");
            client.sendRaw("kget\nk\n\n".repeat(200) + "incr\nc\n");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1700));

            assertThat(readSteadily(client, 200 * 65_004, Duration.ofMillis(500))).isEqualTo(200 * 65_004);
            assertThat(client.sendRaw("5\n").line()).isEqualTo("ok 5");
        }
    }

    @Test
    void aSignalLargerThanTheQueueReachesAListenerThatReads() throws Exception {
        try (var fixture = new Fixture(); var listener = fixture.connect(); var sender = fixture.connect()) {
            listener.ask("listen", "news", "");
            for (int i = 0; i < 3; i++) {
                assertThat(sender.ask("signal", "news", i + "v".repeat(5_000_000))).isEqualTo("ok 1");
                assertThat(listener.line()).startsWith("sig news " + i + "v").hasSize(5_000_010);
            }
        }
    }

    @Test
    void aBurstOfTaggedRequestsForLargeAnswersIsServedAsThePeerReads() throws Exception {
        try (var fixture = new Fixture(); var client = fixture.connect()) {
            assertThat(client.ask("kset", "k", "v".repeat(65_000) + "\t0")).isEqualTo("ok");
            var burst = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                burst.append('@').append(i).append(" kget\nk\n\n");
            }
            client.sendRaw(burst.toString());

            for (int i = 0; i < 300; i++) {
                assertThat(client.line()).startsWith("@" + i + " ok vvv");
            }
            assertThat(client.ask("ping", "_", "")).isEqualTo("ok");
        }
    }

    /** What a server has not read waits at the peer, and not in its memory. */
    @Test
    void thoseWhoseRequestsMayNotStartAreNotReadOn() throws Exception {
        try (var fixture = new Fixture("ADMIN_PORT", "0", "ADMIN_TLS", "false");
                var admin = new AdminCaller(fixture.server.adminAddress().orElseThrow());
                var holder = fixture.connect()) {
            holder.askToken("l", "k", "0");
            var eager = new ArrayList<WireClient>();
            var writers = new ArrayList<Thread>();
            for (int i = 0; i < EAGER; i++) {
                var client = fixture.connect();
                eager.add(client.send("l", "k", "60"));
                writers.add(Thread.ofVirtual().start(() -> writeUntilItEnds(client)));
            }
            long[] before = {-1};
            Eventually.await("nothing more is read", Duration.ofSeconds(30), Duration.ofMillis(300), () -> {
                long last = before[0];
                before[0] = largestBytesIn(admin);
                return before[0] > READ_AT_LEAST && before[0] == last;
            });

            for (var client : eager) {
                client.reset();
            }
            for (var writer : writers) {
                writer.join();
            }
            assertThat(before[0]).as("bytes read of who was read most of").isLessThan(READ_AT_MOST);
        }
    }

    private static void writeUntilItEnds(WireClient client) {
        var request = ("kset\nk\n" + "v".repeat(60_000) + "\t0\n").getBytes(StandardCharsets.ISO_8859_1);
        try {
            while (true) {
                client.socket().getOutputStream().write(request);
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    private static long largestBytesIn(AdminCaller admin) {
        try {
            return Pattern.compile("\"bytes_in\": ?(\\d+)")
                    .matcher(admin.get("/api/v1/connections").body())
                    .results()
                    .mapToLong(match -> Long.parseLong(match.group(1)))
                    .max()
                    .orElse(0);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
