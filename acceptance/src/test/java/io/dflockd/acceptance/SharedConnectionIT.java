package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.LossReason;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.FaultyNetwork;
import io.dflockd.testkit.FaultyNetwork.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One connection carries all locks of a client, and holds survive its break. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SharedConnectionIT {
    /** {@code -Dcuts=N} for more. */
    private static final int CUTS = Integer.getInteger("cuts", 300);
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @AutoClose private static ServerProcess server = ServerProcess.start();

    private FaultyNetwork network;
    private DflockdClient client;
    private final List<LossReason> losses = new CopyOnWriteArrayList<>();

    @BeforeEach
    void connect() {
        network = new FaultyNetwork(server.socketAddress());
        client = DflockdClient.builder()
                .server("127.0.0.1:" + network.address().getPort())
                .responseTimeout(Duration.ofSeconds(2))
                .acquireTimeout(Duration.ofSeconds(60))
                .onLost((lease, reason) -> losses.add(reason))
                .build();
    }

    @AfterEach
    void close() {
        client.close();
        network.close();
    }

    private static String stats() throws InterruptedException {
        try (var connection = Connection.dial(server.address())) {
            return connection.stats();
        }
    }

    private void cutAndAwaitReconnect(Fault fault) {
        long before = network.accepted();
        network.fail(fault);
        Eventually.await("a new connection", DEADLINE, () -> network.accepted() > before && network.openLinks() > 0);
    }

    @Test
    void anyNumberOfLocksIsHeldAndWaitedForOverOneConnection() throws Exception {
        var holding = new ArrayList<CompletableFuture<Lease>>();
        for (int i = 0; i < 2_000; i++) {
            holding.add(client.lock("many/" + i).acquireAsync());
        }
        var leases = holding.stream().map(CompletableFuture::join).toList();
        var waiting = new ArrayList<CompletableFuture<Lease>>();
        for (int i = 0; i < 2_000; i++) {
            waiting.add(client.lock("many/" + i).acquireAsync());
        }
        Eventually.await("all to wait", DEADLINE, () -> count(statsQuietly(), "\"waiters\":1") == 1_000);

        assertThat(network.accepted()).isEqualTo(1);
        assertThat(leases).allMatch(Lease::isValid);
        var released = leases.stream().map(Lease::releaseAsync).toList();
        assertThat(waiting.stream().map(CompletableFuture::join)).allMatch(Lease::isValid);
        assertThat(released).allMatch(CompletableFuture::join);
        assertThat(network.accepted()).isEqualTo(1);
        client.close();
        assertThat(stats()).contains("\"locks\":[],");
    }

    private static String statsQuietly() {
        try {
            return stats();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }

    @Test
    void aHoldSurvivesAConnectionThatBreaks() throws Exception {
        for (Fault fault : Fault.values()) {
            try (var lease = client.lock("blip").acquire()) {
                if (fault == Fault.STALL) {
                    network.fail(fault);
                    var poked = client.counters().incrementAsync("poke", 1);
                    Eventually.await("a new connection", DEADLINE, () -> network.openLinks() > 1);
                    assertThat(poked.get(20, TimeUnit.SECONDS)).isPositive();
                } else {
                    cutAndAwaitReconnect(fault);
                }

                assertThat(lease.isValid()).as("%s", fault).isTrue();
                assertThat(lease.release()).as("%s", fault).isTrue();
            }
        }
        assertThat(losses).isEmpty();
    }

    @Test
    void aWaiterKeepsItsPlaceWhenTheConnectionBreaks() throws Exception {
        try (var other = DflockdClient.connect(server.address())) {
            var holder = other.lock("place").acquire();
            var first = client.lock("place").acquireAsync();
            Eventually.await("one waiter", DEADLINE, () -> statsQuietly().contains("\"waiters\":1"));
            var second = other.lock("place").acquireAsync(Duration.ofSeconds(60));
            Eventually.await("two waiters", DEADLINE, () -> statsQuietly().contains("\"waiters\":2"));
            cutAndAwaitReconnect(Fault.RESET);

            holder.close();
            var lease = first.get(20, TimeUnit.SECONDS);
            assertThat(second).isNotDone();
            lease.close();
            second.get(20, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void aWaitThatIsCancelledLeavesTheQueueOfTheSharedConnection() throws Exception {
        try (var other = DflockdClient.connect(server.address()); var holder = other.lock("leave").acquire()) {
            var waiting = client.lock("leave").acquireAsync();
            Eventually.await("one waiter", DEADLINE, () -> statsQuietly().contains("\"waiters\":1"));

            waiting.cancel(false);

            Eventually.await("no waiter", DEADLINE, () -> !statsQuietly().contains("\"waiters\":1"));
            assertThat(holder.isValid()).isTrue();
        }
    }

    @Test
    void twoPlacesInOneQueueAreTwoPlaces() throws Exception {
        try (var one = client.lock("two").enqueue(); var two = client.lock("two").enqueue()) {
            assertThat(one.isAcquired()).isTrue();
            assertThat(two.isAcquired()).isFalse();
            one.close();
            assertThat(two.await(Duration.ofSeconds(20)).isValid()).isTrue();
        }
    }

    @Test
    void aSessionThatWasAwayForTooLongLosesWhatItHad() throws Exception {
        try (var brief = DflockdClient.builder()
                .server("127.0.0.1:" + network.address().getPort())
                .sessionGrace(Duration.ofSeconds(1))
                .onLost((lease, reason) -> losses.add(reason))
                .build()) {
            var lease = brief.lock("away").acquire();
            network.setRefusing(true);
            network.fail(Fault.RESET);
            try (var other = DflockdClient.connect(server.address())) {
                other.lock("away").acquire(Duration.ofSeconds(20)).close();
            }
            network.setRefusing(false);

            Eventually.await("the loss", DEADLINE, () -> losses.equals(List.of(LossReason.CONNECTION_LOST)));
            assertThat(lease.isValid()).isFalse();
        }
    }

    @Test
    void whoIsCutOffIsToldBeforeTheNextIsGrantedWhateverTheLeaseAndTheGrace() throws Exception {
        var told = new ArrayList<CompletableFuture<Long>>();
        var granted = new ArrayList<CompletableFuture<Long>>();
        var clients = new ArrayList<DflockdClient>();
        try (var other = DflockdClient.connect(server.address())) {
            for (int[] terms : new int[][]{{2, 10}, {1, 3}, {4, 0}, {10, 2}}) {
                var cutOff = DflockdClient.builder()
                        .server("127.0.0.1:" + network.address().getPort())
                        .sessionGrace(Duration.ofSeconds(terms[0]))
                        .leaseTtl(Duration.ofSeconds(terms[1]))
                        .build();
                clients.add(cutOff);
                var key = "told/" + terms[0] + "/" + terms[1];
                var lease = cutOff.lock(key).acquire();
                told.add(lease.lost().thenApply(reason -> System.nanoTime()));
                granted.add(other.lock(key).acquireAsync(Duration.ofSeconds(60)).thenApply(next -> {
                    long now = System.nanoTime();
                    assertThat(lease.isValid()).isFalse();
                    return now;
                }));
            }
            network.setRefusing(true);
            network.fail(Fault.RESET);

            for (int i = 0; i < told.size(); i++) {
                assertThat(told.get(i).get(40, TimeUnit.SECONDS)).isLessThan(granted.get(i).get(40, TimeUnit.SECONDS));
            }
        } finally {
            clients.forEach(DflockdClient::close);
        }
    }

    @Test
    void hundredsOfCutsLoseNoHoldRunNothingTwiceAndMissNoAnswer() throws Exception {
        var random = new SplittableRandom(20_261_124);
        var faults = new AtomicInteger();
        network.failAfter(() -> {
            synchronized (random) {
                return random.nextInt(60, 4_000);
            }
        }, Fault.RESET);
        client.counters().increment("warm/up", 1);
        long initial = client.counters().get("cuts/ops");
        var holders = new ConcurrentHashMap<String, Lease>();
        var fences = new ConcurrentHashMap<String, Long>();
        var violations = new CopyOnWriteArrayList<String>();
        var operations = new AtomicLong();
        var pool = Executors.newFixedThreadPool(16);
        var workers = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 16; i++) {
            int number = i;
            workers.add(CompletableFuture.runAsync(
                    () -> work(number, faults, holders, fences, violations, operations), pool));
        }
        var kinds = new Fault[]{Fault.RESET, Fault.END};
        while (network.faults() < CUTS && violations.isEmpty()
                && workers.stream().noneMatch(CompletableFuture::isDone)) {
            long done = network.faults();
            network.failAfter(() -> {
                synchronized (random) {
                    return random.nextInt(60, 4_000);
                }
            }, done % 100 == 99 ? Fault.STALL : kinds[(int) (done % 2)]);
            Thread.onSpinWait();
        }
        network.behave();
        faults.set(1);
        for (var worker : workers) {
            worker.get(60, TimeUnit.SECONDS);
        }
        pool.shutdown();

        assertThat(violations).isEmpty();
        assertThat(losses).isEmpty();
        assertThat(network.faults()).isGreaterThanOrEqualTo(CUTS);
        assertThat(client.counters().get("cuts/ops") - initial).isEqualTo(operations.get());
        client.close();
        assertThat(stats()).contains("\"locks\":[],");
    }

    private void work(int number, AtomicInteger stop, Map<String, Lease> holders, Map<String, Long> fences,
            List<String> violations, AtomicLong operations) {
        var random = new SplittableRandom(number);
        try {
            while (stop.get() == 0 && violations.isEmpty()) {
                var key = "cuts/" + random.nextInt(4);
                Optional<Lease> got = client.lock(key).tryAcquire(Duration.ofSeconds(60));
                if (got.isEmpty()) {
                    violations.add("no answer in a minute: " + key);
                    return;
                }
                var lease = got.get();
                var other = holders.put(key, lease);
                if (other != null) {
                    violations.add(key + " is held twice: " + other + " and " + lease);
                }
                Long before = fences.put(key, lease.fence());
                if (before != null && before >= lease.fence()) {
                    violations.add(key + ": fence " + lease.fence() + " after " + before);
                }
                client.counters().increment("cuts/ops", 1);
                operations.incrementAndGet();
                if (!lease.isValid()) {
                    violations.add(lease + " is not valid");
                }
                holders.remove(key, lease);
                if (!lease.release()) {
                    violations.add(lease + " could not be released");
                }
            }
        } catch (InterruptedException | RuntimeException e) {
            violations.add("worker " + number + ": " + e);
        }
    }
}
