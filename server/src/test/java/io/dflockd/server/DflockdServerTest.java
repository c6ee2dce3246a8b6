package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.service.driver.Alarm;
import io.dflockd.testkit.WireClient;
import io.dflockd.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}")
@MethodSource("transports")
class DflockdServerTest {
    @Parameter Transport transport = Transport.NIO;

    static Stream<Transport> transports() {
        return Arrays.stream(Transport.values()).filter(transport -> transport.whyUnavailable() == null);
    }

    private ServerConfig.Builder config() {
        return ServerConfig.builder().set(Setting.PORT, "0").set(Setting.TRANSPORT, transport.toString());
    }

    private DflockdServer start() {
        return DflockdServer.start(config().build());
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void awaitStats(WireClient client, String expected) {
        await(() -> client.ask("stats", "", "").contains(expected));
    }

    @Test
    void aHolderThatVanishesHandsTheLockToTheFirstWaiter() {
        try (var server = start();
                var first = WireClient.connect(server.address());
                var second = WireClient.connect(server.address())) {
            first.ask("l", "jobs", "0");
            second.send("l", "jobs", "30");
            first.reset();

            assertThat(second.line()).startsWith("ok ");
        }
    }

    @Test
    void aWaiterThatVanishesBehindItsBlockingCommandIsNeverGranted() {
        try (var server = start();
                var holder = WireClient.connect(server.address());
                var dying = WireClient.connect(server.address());
                var next = WireClient.connect(server.address())) {
            var token = holder.askToken("l", "jobs", "0");
            dying.send("l", "jobs", "30").send("ping", "_", "");
            awaitStats(holder, "\"waiters\":1");
            dying.close();
            awaitStats(holder, "\"waiters\":0");
            next.send("l", "jobs", "30");
            awaitStats(holder, "\"waiters\":1");
            holder.ask("r", "jobs", token);

            assertThat(next.line()).startsWith("ok ");
        }
    }

    @Test
    void whatWasAskedBeforeTheEndIsAnswered() throws IOException {
        try (var server = start(); var client = WireClient.connect(server.address())) {
            client.sendRaw("incr\nc\n1\n".repeat(5_000)).halfClose();

            for (int count = 1; count <= 5_000; count++) {
                assertThat(client.line()).isEqualTo("ok " + count);
            }
            assertThat(client.line()).isEqualTo(WireClient.END);
        }
    }

    /** More than one turn of requests, and more than the sockets take of the answers to the last of them. */
    @Test
    void whatWasAskedBeforeTheEndIsAnsweredAlsoToWhoReadsLate() throws IOException {
        assumeThat(transport).as("Netty 4.2.18 cannot wait to write there any more, since its change 16689")
                .isNotEqualTo(Transport.EPOLL);
        try (var server = start();
                var client = WireClient.connect(server.address());
                var other = WireClient.connect(server.address())) {
            var large = "x".repeat(60_000);
            other.ask("kset", "v", large + "\t0");
            client.sendRaw("incr\nc\n1\n".repeat(300) + "kget\nv\n\n".repeat(300)).halfClose();
            await(() -> other.ask("get", "c", "").equals("ok 300"));

            for (int count = 1; count <= 300; count++) {
                assertThat(client.line()).isEqualTo("ok " + count);
            }
            for (int count = 1; count <= 300; count++) {
                assertThat(client.line()).as("value %d", count).isEqualTo("ok " + large);
            }
            assertThat(client.line()).isEqualTo(WireClient.END);
        }
    }

    @Test
    void aPeerThatVanishesWithMoreUnreadThanTheServerTakesIsNoticed() {
        assumeThat(transport).as("the JDK cannot tell").isNotEqualTo(Transport.NIO);
        try (var server = start();
                var holder = WireClient.connect(server.address());
                var dying = WireClient.connect(server.address())) {
            holder.ask("l", "jobs", "0");
            dying.send("l", "jobs", "30");
            awaitStats(holder, "\"waiters\":1");
            // More than the server puts in its lane, less than the kernels' buffers hold, so that the end arrives behind it.
            dying.sendRaw("get\nc\n\n".repeat(15_000));
            dying.close();

            awaitStats(holder, "\"waiters\":0");
        }
    }

    @Test
    void aValueThatTheDeadCouldNotReceiveGoesBackToItsEnd() {
        try (var server = start();
                var dying = WireClient.connect(server.address());
                var other = WireClient.connect(server.address())) {
            var large = "x".repeat(60_000);
            for (int i = 0; i < 400; i++) {
                other.ask("rpush", "q", i + ":" + large);
            }
            // Asks for more than the socket's buffers take, and reads nothing.
            dying.sendRaw("lpop\nq\n\n".repeat(300));
            await(() -> Integer.parseInt(other.ask("llen", "q", "").substring(3)) < 390);
            dying.reset();

            await(() -> other.ask("stats", "", "").contains("\"connections\":1,"));
            int left = Integer.parseInt(other.ask("llen", "q", "").substring(3));
            var first = other.ask("lpop", "q", "");
            assertThat(left).isGreaterThan(100);
            assertThat(first).startsWith("ok " + (400 - left) + ":");
        }
    }

    @Test
    void aListenerThatReadsNothingIsCutOffAndSlowsNobody() {
        var config = config().set(Setting.PUSH_QUEUE, "100").build();
        try (var server = DflockdServer.start(config);
                var stopped = WireClient.connect(server.address());
                var reading = WireClient.connect(server.address());
                var publisher = WireClient.connect(server.address())) {
            stopped.ask("listen", "news", "");
            reading.ask("listen", "news", "");
            var payload = "p".repeat(10_000);
            var read = CompletableFuture.supplyAsync(() -> {
                int signals = 0;
                while (reading.line().startsWith("sig news")) {
                    signals++;
                }
                return signals;
            });
            int sent = 0;
            while (publisher.ask("signal", "news", payload).equals("ok 2")) {
                sent++;
            }
            publisher.ask("signal", "news", payload);
            awaitStats(publisher, "\"slow_consumers_closed\":1");
            publisher.ask("signal", "news", payload);
            server.close();

            assertThat(read.join()).isGreaterThanOrEqualTo(sent + 2);
        }
    }

    @Test
    void aLeaseEndsOnTimeThoughNobodyAsks() {
        try (var server = start();
                var holder = WireClient.connect(server.address());
                var waiter = WireClient.connect(server.address())) {
            holder.ask("l", "jobs", "0 1");
            long start = System.nanoTime();
            waiter.send("l", "jobs", "10");
            assertThat(waiter.line()).startsWith("ok ");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(900),
                    Duration.ofMillis(1900));
        }
    }

    @Test
    void aLeaseEndsWhenTheClockThatWasHandedInRings() {
        var machine = ServerClock.system();
        var rings = new LinkedBlockingQueue<Runnable>();
        var now = new AtomicLong();
        var clock = new ServerClock() {
            @Override
            public long nanoTime() {
                return now.get();
            }

            @Override
            public Instant now() {
                return machine.now();
            }

            @Override
            public long nextSalt() {
                return machine.nextSalt();
            }

            @Override
            public Alarm alarm(Alarm loop) {
                return (task, delayNanos) -> {
                    var ring = (Runnable) () -> loop.schedule(task, 0);
                    rings.add(ring);
                    return () -> rings.remove(ring);
                };
            }
        };
        try (var server = DflockdServer.start(config().build(), clock);
                var holder = WireClient.connect(server.address());
                var waiter = WireClient.connect(server.address())) {
            holder.ask("l", "jobs", "0 3600");
            waiter.send("l", "jobs", "7200");
            awaitStats(holder, "\"waiters\":1");

            now.addAndGet(Duration.ofHours(1).plusMillis(1).toNanos()); // a lease is never shorter than granted
            List.copyOf(rings).forEach(Runnable::run);

            assertThat(waiter.line()).startsWith("ok ");
        }
    }

    @Test
    void silenceEndsAConnectionThatOwnsNothingAndNoOther() {
        var config = config().set(Setting.READ_TIMEOUT, "1").build();
        try (var server = DflockdServer.start(config);
                var idle = WireClient.connect(server.address());
                var holder = WireClient.connect(server.address());
                var listener = WireClient.connect(server.address());
                var waiter = WireClient.connect(server.address());
                var halfway = WireClient.connect(server.address())) {
            var token = holder.askToken("l", "jobs", "0 60");
            listener.ask("listen", "news", "");
            waiter.send("l", "jobs", "60");
            halfway.ask("l", "other", "0 60");
            halfway.sendRaw("l\njo");

            assertThat(idle.line()).isEqualTo("error");
            assertThat(idle.line()).isEqualTo(WireClient.END);
            assertThat(halfway.line()).isEqualTo("error");
            assertThat(halfway.line()).isEqualTo(WireClient.END);
            assertThat(holder.ask("n", "jobs", token)).startsWith("ok ");
            assertThat(listener.ask("ping", "", "")).isEqualTo("ok");
            holder.ask("r", "jobs", token);
            assertThat(waiter.line()).startsWith("ok ");
        }
    }

    @Test
    void requestsThatComeInPiecesHaveTheReadTimeOutEach() {
        var config = config().set(Setting.READ_TIMEOUT, "1").build();
        try (var server = DflockdServer.start(config); var client = WireClient.connect(server.address())) {
            client.sendRaw("inc");
            for (int i = 1; i <= 15; i++) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                assertThat(client.sendRaw("r\nc\n1\ninc").line()).isEqualTo("ok " + i);
            }
            assertThat(client.line()).as("the last one never comes whole").isEqualTo("error");
        }
    }

    @Test
    void shutdownAnswersWhatWaitsAndEndsAllConnections() {
        var server = start();
        try (var holder = WireClient.connect(server.address()); var waiter = WireClient.connect(server.address())) {
            holder.ask("l", "jobs", "0");
            waiter.send("l", "jobs", "30");
            awaitStats(holder, "\"waiters\":1");

            server.close();

            assertThat(waiter.line()).isEqualTo("error_draining");
            assertThat(waiter.line()).isEqualTo(WireClient.END);
            assertThat(holder.line()).isEqualTo(WireClient.END);
        }
    }

    @Test
    void moreConnectionsThanAllowedAreClosedWithoutAByte() {
        var config = config().set(Setting.MAX_CONNECTIONS, "1").build();
        try (var server = DflockdServer.start(config); var first = WireClient.connect(server.address())) {
            assertThat(first.ask("ping", "", "")).isEqualTo("ok");
            try (var second = WireClient.connect(server.address())) {
                assertThat(second.line()).isEqualTo(WireClient.END);
            }
            assertThat(first.ask("stats", "", "")).contains("\"connections\":1,").contains("\"connections_refused\":1");
        }
    }

    @Test
    void aPortThatIsTakenIsSaidInOneLine() {
        try (var server = start()) {
            var config = config().set(Setting.PORT, "" + server.address().getPort()).build();

            assertThatThrownBy(() -> DflockdServer.start(config))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("cannot listen on 127.0.0.1:%d: the address is in use, is another server running?"
                            .formatted(server.address().getPort()));
        }
    }

    @Test
    void taggedRequestsOvertakeOneThatBlocks() {
        try (var server = start();
                var client = WireClient.connect(server.address());
                var other = WireClient.connect(server.address())) {
            client.send("@1 blpop", "q", "30").send("@2 incr", "c", "5").send("@2.x ping", "", "");
            assertThat(client.line()).isEqualTo("@2 ok 5");
            assertThat(client.line()).isEqualTo("@2.x ok");
            assertThat(client.ask("@1 get", "c", "")).as("a tag that is in flight").isEqualTo("@1 error");
            other.ask("rpush", "q", "v");
            assertThat(client.line()).isEqualTo("@1 ok v");
            assertThat(client.ask("@1 get", "c", "")).isEqualTo("@1 ok 5");
        }
    }

    @Test
    void fencesGoOnRisingAfterARestart() {
        long before;
        try (var server = start(); var client = WireClient.connect(server.address())) {
            before = Long.parseLong(client.ask("l", "jobs", "0").split(" ", -1)[3]);
        }
        try (var server = start(); var client = WireClient.connect(server.address())) {
            long after = Long.parseLong(client.ask("l", "jobs", "0").split(" ", -1)[3]);

            assertThat(after).isGreaterThan(before).isLessThan(1L << 53);
        }
    }
}
