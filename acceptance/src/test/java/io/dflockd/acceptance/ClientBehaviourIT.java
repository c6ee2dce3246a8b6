package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.error.LimitMismatchException;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.event.LeaderEvent.LeaderChange;
import io.dflockd.client.event.SignalEvent.Signal;
import io.dflockd.client.event.WatchEvent.KeyChange;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.FaultyNetwork;
import io.dflockd.testkit.FaultyNetwork.Fault;
import io.dflockd.testkit.WithoutExtensions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the client promises, against a server with the extensions of the protocol, where one connection carries all, and
 * against one without, where each lease and each wait has its own.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(ClientBehaviourIT.Extensions.class)
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientBehaviourIT {
    private static final Duration WAIT = Duration.ofSeconds(20);

    enum Extensions {
        KNOWN,
        UNKNOWN
    }

    @AutoClose private static ServerProcess server = ServerProcess.start();

    private final Extensions extensions;
    private final List<LossReason> losses = new CopyOnWriteArrayList<>();
    private FaultyNetwork network;
    private WithoutExtensions before;
    private DflockdClient client;

    ClientBehaviourIT(Extensions extensions) {
        this.extensions = extensions;
    }

    @BeforeEach
    void connect() {
        before = new WithoutExtensions(server.socketAddress());
        network = new FaultyNetwork(extensions == Extensions.KNOWN ? server.socketAddress() : before.address());
        client = client(Duration.ZERO);
    }

    @AfterEach
    void close() {
        client.close();
        network.close();
        before.close();
    }

    private DflockdClient client(Duration lease) {
        return DflockdClient.builder()
                .server("127.0.0.1:" + network.address().getPort())
                .leaseTtl(lease)
                .onLost((lost, reason) -> losses.add(reason))
                .build();
    }

    /** Each of the two servers is used under keys of its own, because one process is behind both. */
    private String key(String name) {
        return extensions + "/" + name;
    }

    @Test
    void oneConnectionCarriesAllOnlyWhereTheServerCanDoThat() throws Exception {
        try (var one = client.lock(key("one")).acquire(); var two = client.lock(key("two")).acquire()) {
            assertThat(List.of(one, two)).allMatch(Lease::isValid);
            if (extensions == Extensions.KNOWN) {
                assertThat(client.metrics().connections().open()).isEqualTo(1);
            } else {
                assertThat(client.metrics().connections().open()).isEqualTo(2);
            }
        }
    }

    @Test
    void lockIsHandedOverInTheOrderOfComingWithRisingFences() throws Exception {
        var lock = client.lock(key("order"));
        var first = lock.acquire();
        var waiting = new ArrayList<CompletableFuture<Lease>>();
        for (int i = 0; i < 5; i++) {
            waiting.add(lock.acquireAsync(WAIT));
            awaitWaiters("order", i + 1);
        }

        long fence = first.fence();
        first.close();
        for (var next : waiting) {
            try (var lease = next.get(20, TimeUnit.SECONDS)) {
                assertThat(lease.fence()).isGreaterThan(fence);
                fence = lease.fence();
            }
        }
    }

    @Test
    void lockThatIsHeldIsNotGrantedWithinTheWait() throws Exception {
        try (var held = client.lock(key("held")).acquire()) {
            assertThat(client.lock(key("held")).tryAcquire()).isEmpty();
            assertThat(client.lock(key("held")).tryAcquire(Duration.ofMillis(200))).isEmpty();
            assertThatThrownBy(() -> client.lock(key("held")).acquire(Duration.ofSeconds(1)))
                    .isInstanceOf(AcquireTimeoutException.class);
            assertThat(held.isValid()).isTrue();
        }
        try (var again = client.lock(key("held")).acquire(WAIT)) {
            assertThat(again.isValid()).isTrue();
        }
    }

    @Test
    void cancelledWaitLeavesTheQueue() throws Exception {
        try (var held = client.lock(key("cancel")).acquire()) {
            var waiting = client.lock(key("cancel")).acquireAsync(WAIT);
            awaitWaiters("cancel", 1);

            waiting.cancel(false);

            awaitWaiters("cancel", 0);
            assertThat(held.release()).isTrue();
            assertThat(held.release()).isTrue();
        }
    }

    @Test
    void leaseIsRenewedBeyondItsEnd() throws Exception {
        try (var brief = client(Duration.ofSeconds(1)); var lease = brief.lock(key("renewed")).acquire()) {
            Eventually.await("renewals", WAIT, () -> brief.metrics().leases().renewed() >= 4);

            assertThat(lease.isValid()).isTrue();
            assertThat(client.lock(key("renewed")).tryAcquire()).isEmpty();
            assertThat(losses).isEmpty();
        }
    }

    @Test
    void lossIsToldOnce() throws Exception {
        try (var brief = client(Duration.ofSeconds(1)); var other = Connection.dial(server.address())) {
            var lease = brief.lock(key("revoked")).acquire();
            other.locks().release(key("revoked"), lease.token());

            Eventually.await("the loss", WAIT, () -> !losses.isEmpty());

            assertThat(lease.isValid()).isFalse();
            assertThatThrownBy(lease::ensureValid).isInstanceOf(LeaseLostException.class);
            assertThat(lease.release()).isFalse();
            assertThat(losses).containsExactly(LossReason.REVOKED);
        }
    }

    @Test
    void holdSurvivesABreakOnlyWhereTheServerHasSessions() throws Exception {
        var lease = client.lock(key("break")).acquire();

        network.fail(Fault.RESET);

        if (extensions == Extensions.KNOWN) {
            Eventually.await("the session", WAIT, () -> client.metrics().connections().resumed() == 1);
            assertThat(lease.isValid()).isTrue();
            assertThat(lease.release()).isTrue();
        } else {
            Eventually.await("the loss", WAIT, () -> losses.equals(List.of(LossReason.CONNECTION_LOST)));
            assertThat(lease.isValid()).isFalse();
        }
        client.lock(key("break")).acquire(WAIT).close();
    }

    @Test
    void semaphoreHasAsManyHoldersAsPermits() throws Exception {
        var semaphore = client.semaphore(key("pool"), 2);
        var one = semaphore.acquire();
        var two = semaphore.acquire();
        assertThat(semaphore.tryAcquire()).isEmpty();
        assertThatThrownBy(() -> client.semaphore(key("pool"), 3).tryAcquire())
                .isInstanceOf(LimitMismatchException.class);

        one.close();

        var three = semaphore.acquire(WAIT);
        assertThat(List.of(two, three)).allMatch(Lease::isValid);
        two.close();
        three.close();
    }

    @Test
    void readersAreTogetherAndAWriterIsAlone() throws Exception {
        var lock = client.rwLock(key("shared"));
        var one = lock.readLock();
        var two = lock.readLock();
        assertThat(lock.write().tryAcquire()).isEmpty();

        one.close();
        two.close();

        try (var writer = lock.write().acquire(WAIT)) {
            assertThat(writer.isValid()).isTrue();
            assertThat(lock.read().tryAcquire()).isEmpty();
        }
    }

    @Test
    void ticketsKeepTheirPlaces() throws Exception {
        var lock = client.lock(key("places"));
        var first = lock.enqueue();
        var second = lock.enqueue();
        var third = lock.enqueue();
        assertThat(first.isAcquired()).isTrue();
        assertThat(second.isAcquired()).isFalse();
        second.close(); // gives its place up

        first.close();

        try (var lease = third.await(WAIT)) {
            assertThat(lease.isValid()).isTrue();
            assertThat(lock.tryAcquire()).isEmpty();
        }
    }

    @Test
    void nextCandidateLeadsWhenTheLeaderIsGone() throws Exception {
        try (var observer = client.election(key("cluster")).observe(); var next = client(Duration.ZERO)) {
            var leader = client(Duration.ZERO);
            var term = leader.election(key("cluster")).campaign().orElseThrow();
            var waiting = next.election(key("cluster")).campaignAsync(WAIT);

            leader.close();

            var successor = waiting.get(20, TimeUnit.SECONDS).orElseThrow();
            assertThat(successor.fence()).isGreaterThan(term.fence());
            assertThat(term.isValid()).isFalse();
            assertThat(observer.events().next(WAIT)).contains(new LeaderChange("elected", key("cluster")));
        }
    }

    @Test
    void commandsAreAnswered() throws Exception {
        assertThat(client.counters().increment(key("counter"), 3)).isEqualTo(3);
        assertThat(client.counters().get(key("counter"))).isEqualTo(3);
        client.values().set(key("value"), "one");
        assertThat(client.values().compareAndSet(key("value"), "one", "two", null)).isTrue();
        assertThat(client.values().get(key("value"))).contains("two");
        var popping = client.lists().popLeftAsync(key("list"), WAIT);
        client.lists().pushRight(key("list"), "element");
        assertThat(popping.get(20, TimeUnit.SECONDS)).contains("element");
        assertThat(client.lists().popLeft(key("list"))).isEmpty();
        var first = client.barriers().awaitAsync(key("barrier"), 2, WAIT);
        assertThat(client.barriers().await(key("barrier"), 2, WAIT)).isTrue();
        assertThat(first.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void signalsAndKeyEventsArrive() throws Exception {
        try (var signals = client.signals(); var watches = client.watches()) {
            signals.listen("behaviour." + extensions + ".*");
            watches.watch(key("watched"));

            assertThat(signals.emit("behaviour." + extensions + ".x", "hello")).isEqualTo(1);
            client.values().set(key("watched"), "value");

            assertThat(signals.signals().next(WAIT)).contains(new Signal("behaviour." + extensions + ".x", "hello"));
            assertThat(watches.events().next(WAIT)).contains(new KeyChange("kset", key("watched")));
            assertThat(client.metrics().events().delivered()).isEqualTo(2);
        }
    }

    @Test
    void closingTheClientGivesAllBack() throws Exception {
        var brief = client(Duration.ZERO);
        var lease = brief.lock(key("closed")).acquire();

        brief.close();

        assertThat(lease.isValid()).isFalse();
        assertThat(lease.lost().get(20, TimeUnit.SECONDS)).isEqualTo(LossReason.CLIENT_CLOSED);
        client.lock(key("closed")).acquire(WAIT).close();
    }

    /** Waits until so many wait for the lock. */
    private void awaitWaiters(String name, int count) {
        Eventually.await(count + " waiters", WAIT, () -> {
            try (var connection = Connection.dial(server.address())) {
                int at = connection.stats().indexOf("\"" + key(name) + "\"");
                var row = connection.stats().substring(Math.max(0, at));
                return at >= 0 && row.substring(0, row.indexOf('}')).contains("\"waiters\":" + count);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
