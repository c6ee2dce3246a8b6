package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ConnectionListener;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LossReason;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.FaultyNetwork;
import io.dflockd.testkit.FaultyNetwork.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client counts, and what it tells of its connections. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientMetricsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @AutoClose private static ServerProcess server = ServerProcess.start();

    private FaultyNetwork network;
    private DflockdClient client;
    private final List<String> told = new CopyOnWriteArrayList<>();

    @BeforeEach
    void connect() {
        network = new FaultyNetwork(server.socketAddress());
        client = client(new Told());
    }

    @AfterEach
    void close() {
        client.close();
        network.close();
    }

    private DflockdClient client(ConnectionListener listener) {
        return client(listener, Duration.ofSeconds(20)); // longer than a loaded machine holds up anybody
    }

    private DflockdClient client(ConnectionListener listener, Duration grace) {
        return DflockdClient.builder()
                .server("127.0.0.1:" + network.address().getPort())
                .sessionGrace(grace)
                .connectionListener(listener)
                .build();
    }

    /** Writes down what it is told. */
    private final class Told implements ConnectionListener {
        @Override
        public void connected(ServerAddress address) {
            told.add("connected");
        }

        @Override
        public void disconnected(ServerAddress address, DflockdException cause) {
            assertThat(cause).hasMessageContaining(address.toString());
            told.add("disconnected");
        }

        @Override
        public void resumed(ServerAddress address, Duration away) {
            assertThat(away).isBetween(Duration.ZERO, DEADLINE);
            told.add("resumed");
            throw new IllegalStateException("what a listener throws disturbs nobody");
        }

        @Override
        public void sessionLost(ServerAddress address) {
            told.add("session lost");
        }
    }

    @Test
    void acquisitionsAndLeasesAreCounted() throws Exception {
        assertThat(client.metrics().connections().opened()).isZero();
        var one = client.lock("metrics/a").acquire();
        try (var two = client.semaphore("metrics/b", 3).acquire(); var three = client.rwLock("metrics/c").readLock()) {
            assertThat(client.lock("metrics/a").tryAcquire()).isEmpty();
            assertThat(client.lock("metrics/a").tryAcquire(Duration.ofSeconds(1))).isEmpty();

            var metrics = client.metrics();
            assertThat(List.of(one, two, three)).allMatch(lease -> lease.isValid());
            assertThat(metrics.leases().held()).isEqualTo(3);
            assertThat(metrics.acquisitions().granted()).isEqualTo(3);
            assertThat(metrics.acquisitions().timedOut()).isEqualTo(2);
            assertThat(metrics.acquisitions().failed()).isZero();
            assertThat(metrics.acquisitions().longestWait()).isPositive();
            assertThat(metrics.acquisitions().totalWait()).isGreaterThan(metrics.acquisitions().longestWait());
            assertThat(metrics.connections().open()).isEqualTo(1);
        }
        one.close();

        var metrics = client.metrics();
        assertThat(metrics.leases().held()).isZero();
        assertThat(metrics.leases().lostInAll()).isZero();
        assertThat(metrics.requests().sent()).isGreaterThanOrEqualTo(8);
        Eventually.await("all answers", DEADLINE, () -> client.metrics().requests().inFlight() == 0);
    }

    @Test
    void waitInFlightAndItsCancellationAreCounted() throws Exception {
        try (var held = client.lock("metrics/wait").acquire()) {
            var waiting = client.lock("metrics/wait").acquireAsync(DEADLINE);
            Eventually.await("the wait", DEADLINE, () -> client.metrics().requests().inFlight() == 1);

            waiting.cancel(false);

            Eventually.await("its end", DEADLINE, () -> client.metrics().requests().inFlight() == 0);
            assertThat(client.metrics().acquisitions().failed()).isEqualTo(1);
            assertThat(held.isValid()).isTrue();
        }
    }

    @Test
    void renewalsAreCounted() throws Exception {
        try (var brief = DflockdClient.builder().server(server.address()).leaseTtl(Duration.ofSeconds(1)).build();
                var lease = brief.lock("metrics/renewed").acquire()) {
            Eventually.await("three renewals", DEADLINE, () -> brief.metrics().leases().renewed() >= 3);

            assertThat(lease.isValid()).isTrue();
            assertThat(brief.metrics().leases().renewalsFailed()).isZero();
        }
    }

    @Test
    void leaseThatSomebodyElseReleasedIsCountedAsLost() throws Exception {
        try (var brief = DflockdClient.builder().server(server.address()).leaseTtl(Duration.ofSeconds(1)).build();
                var other = io.dflockd.client.connection.Connection.dial(server.address())) {
            var lease = brief.lock("metrics/revoked").acquire();
            other.locks().release("metrics/revoked", lease.token());

            Eventually.await("the loss", DEADLINE, () -> brief.metrics().leases().lostInAll() == 1);

            assertThat(brief.metrics().leases().lost()).isEqualTo(Map.of(LossReason.EXPIRED, 0L,
                    LossReason.CONNECTION_LOST, 0L, LossReason.REVOKED, 1L, LossReason.CLIENT_CLOSED, 0L));
            assertThat(brief.metrics().leases().held()).isZero();
        }
    }

    @Test
    void breakThatIsShortIsToldAsResumed() throws Exception {
        try (var lease = client.lock("metrics/short").acquire()) {
            network.fail(Fault.RESET);

            Eventually.await("the session", DEADLINE, () -> told.contains("resumed"));
            assertThat(told).containsExactly("connected", "disconnected", "connected", "resumed");
            assertThat(client.metrics().connections().resumed()).isEqualTo(1);
            assertThat(client.metrics().connections().sessionsLost()).isZero();
            assertThat(client.metrics().connections().open()).isEqualTo(1);
            assertThat(lease.isValid()).isTrue();
        }
        client.close();
        Eventually.await("the end", DEADLINE, () -> told.size() == 5);
        assertThat(told).last().isEqualTo("disconnected");
        assertThat(client.metrics().connections().open()).isZero();
    }

    @Test
    void breakThatIsLongIsToldAsLostSession() throws Exception {
        client.close();
        client = client(new Told(), Duration.ofSeconds(1));
        var lease = client.lock("metrics/long").acquire();
        network.setRefusing(true);
        network.fail(Fault.RESET);
        try (var other = DflockdClient.connect(server.address())) {
            other.lock("metrics/long").acquire(DEADLINE).close();
        }
        network.setRefusing(false);

        Eventually.await("the loss", DEADLINE, () -> told.contains("session lost"));
        Eventually.await("the lease", DEADLINE, () -> client.metrics().leases().lostInAll() == 1);
        assertThat(told).startsWith("connected", "disconnected").endsWith("connected", "session lost");
        assertThat(client.metrics().connections().sessionsLost()).isEqualTo(1);
        assertThat(client.metrics().connections().resumed()).isZero();
        assertThat(client.metrics().leases().lost()).containsEntry(LossReason.CONNECTION_LOST, 1L);
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void listenerThatBlocksHoldsBackNothing() throws Exception {
        var mayGoOn = new CountDownLatch(1);
        try (var slow = client(new ConnectionListener() {
            @Override
            public void connected(ServerAddress address) {
                try {
                    told.add("blocked " + mayGoOn.await(60, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        })) {
            assertThat(slow.counters().increment("metrics/slow", 1)).isEqualTo(1);
            network.fail(Fault.RESET);
            assertThat(slow.counters().increment("metrics/slow", 1)).isEqualTo(2);
            assertThat(told).doesNotContain("blocked true");

            mayGoOn.countDown();

            Eventually.await("the calls", DEADLINE, () -> told.stream().filter("blocked true"::equals).count() == 2);
        }
    }

    @Test
    void tenThousandLeasesCostAHandfulOfThreads() {
        var holding = IntStream.range(0, 10_000).mapToObj(i -> client.lock("metrics/many/" + i).acquireAsync(DEADLINE));
        var leases = holding.toList().stream().map(future -> future.join()).toList();

        Eventually.await("idle threads to end", Duration.ofSeconds(40), () -> ownThreads() <= 6);

        assertThat(leases).allMatch(lease -> lease.isValid());
        assertThat(client.metrics().leases().held()).isEqualTo(10_000);
        assertThat(client.metrics().connections().opened()).isEqualTo(1);
    }

    private static long ownThreads() {
        return Thread.getAllStackTraces()
                .keySet()
                .stream()
                .filter(thread -> thread.getName().startsWith("dflockd-"))
                .count();
    }
}
