package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.connection.Connection;
import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users do with handles, against real servers: who goes away leaves nothing, several keys are taken as one. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandlesIT {
    private static final Duration WAIT = Duration.ofSeconds(20);

    private static ServerProcess server;
    private static ServerProcess second;

    private DflockdClient client;
    private Connection witness;

    @BeforeAll
    static void start() {
        server = ServerProcess.start();
        second = ServerProcess.start();
    }

    @AfterAll
    static void stop() {
        server.close();
        second.close();
    }

    @BeforeEach
    void connect() throws Exception {
        client = DflockdClient.connect(server.address());
        witness = Connection.dial(server.address());
    }

    @AfterEach
    void close() {
        client.close();
        witness.close();
    }

    @Test
    void whoeverStopsWaitingLeavesNothingAtTheServer() throws Exception {
        var random = new Random(42);
        var waiting = new ArrayList<CompletableFuture<?>>();

        for (int i = 0; i < 600; i++) {
            long ms = random.nextLong(1, 30);
            waiting.add(switch (i % 6) {
                case 0 -> client.lock("left").acquireAsync(WAIT).orTimeout(ms, TimeUnit.MILLISECONDS);
                case 1 -> client.lock("left")
                        .tryAcquireAsync(WAIT)
                        .completeOnTimeout(Optional.empty(), ms, TimeUnit.MILLISECONDS);
                case 2 -> client.lock("left").enqueueAsync().orTimeout(ms, TimeUnit.MILLISECONDS);
                case 3 -> cancelled(client.lock("left").enqueueAsync(), ms);
                case 4 -> client.election("left").campaignAsync(WAIT).orTimeout(ms, TimeUnit.MILLISECONDS);
                default -> cancelled(client.lock("left").acquireAsync(WAIT), ms);
            });
            waiting.set(i, waiting.get(i).handle((result, failure) -> release(result)));
            if (i % 20 == 0) {
                CompletableFuture.allOf(waiting.toArray(CompletableFuture<?>[]::new)).join();
            }
        }
        CompletableFuture.allOf(waiting.toArray(CompletableFuture<?>[]::new)).join();

        eventually("all have left", () -> isFree("left"));
        assertThat(client.metrics().leases().held()).isZero();
    }

    @Test
    void severalKeysOverTwoServersAreTakenAsOneWithoutDeadlock() throws Exception {
        var keys = List.of("m1", "m2", "m3", "m4", "m5", "m6");
        var inside = keys.stream().map(key -> new AtomicInteger()).toList();
        var taken = new AtomicInteger();
        var clients = new ArrayList<DflockdClient>();
        var threads = Executors.newCachedThreadPool();
        var done = new ArrayList<Future<?>>();

        for (int c = 0; c < 6; c++) {
            var own = DflockdClient.connect(server.address(), second.address());
            clients.add(own);
            var random = new Random(c);
            done.add(threads.submit(() -> {
                for (int round = 0; round < 25; round++) {
                    var mine = new ArrayList<>(keys);
                    Collections.shuffle(mine, random);
                    mine.subList(3, 6).clear();
                    try (var lease = own.locks(mine).acquire(Duration.ofSeconds(60))) {
                        for (var key : mine) {
                            assertThat(inside.get(keys.indexOf(key)).incrementAndGet()).isEqualTo(1);
                            assertThat(lease.fence(key)).isPositive();
                        }
                        taken.incrementAndGet();
                        mine.forEach(key -> inside.get(keys.indexOf(key)).decrementAndGet());
                    }
                }
                return null;
            }));
        }
        for (var each : done) {
            each.get(100, TimeUnit.SECONDS);
        }

        assertThat(taken).hasValue(150);
        threads.shutdown();
        clients.forEach(DflockdClient::close);
    }

    @Test
    void leaseOfLessThanASecondIsRenewed() throws Exception {
        try (var lease = client.lock("short").withTtl(Duration.ofMillis(400)).acquire(WAIT)) {
            eventually("five renewals", () -> client.metrics().leases().renewed() >= 5);

            assertThat(lease.remaining()).isBetween(Duration.ofMillis(1), Duration.ofMillis(400));
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void leaseThatIsNotRenewedGoesToTheNext() throws Exception {
        var lease = client.lock("once").withTtl(Duration.ofMillis(500)).withoutRenewal().acquire(WAIT);
        var lost = lease.lost();

        var next = client.lock("once").acquire(WAIT);

        assertThat(lease.isValid()).isFalse();
        eventually("the loss is told", lost::isDone);
        assertThat(next.fence()).isGreaterThan(lease.fence());
        next.close();
    }

    @Test
    void writerReadsOnWithNobodyInBetween() throws Exception {
        var writing = client.rwLock("down").write().acquire(WAIT);
        var reader = client.rwLock("down").read().acquireAsync(WAIT);
        var writer = client.rwLock("down").write().acquireAsync(WAIT);

        var reading = writing.downgrade();

        assertThat(reading.mode()).isEqualTo(LeaseMode.READ);
        assertThat(reading.token()).isEqualTo(writing.token());
        assertThat(reading.fence()).isEqualTo(writing.fence());
        reader.join().close();
        assertThat(writer).isNotDone();
        reading.close();
        writer.join().close();
    }

    @Test
    void keptHoldOutlivesItsClient() throws Exception {
        var lease = client.lock("kept").acquire(WAIT);

        assertThat(lease.keep(Duration.ofMinutes(5))).isTrue();
        client.close();

        assertThat(isFree("kept")).isFalse();
        witness.locks().release("kept", lease.token());
        assertThat(isFree("kept")).isTrue();
    }

    @Test
    void whoeverHasTheTokenOfAKeptHoldEndsItOrHasItEndLater() throws Exception {
        var lease = client.lock("handed").acquire(WAIT);
        assertThat(lease.keep(Duration.ofMinutes(5))).isTrue();
        try (var other = DflockdClient.connect(server.address())) {
            var kept = other.kept("handed", lease.token(), LeaseMode.LOCK);

            assertThat(kept.endAfter(Duration.ofMinutes(10))).isTrue();
            assertThat(kept.endAfterAsync(Duration.ofMinutes(1)).join()).isTrue();
            assertThat(isFree("handed")).isFalse();
            assertThat(kept.release()).isTrue();
            assertThat(isFree("handed")).isTrue();
            assertThat(kept.release()).isFalse();
            assertThat(kept.releaseAsync().join()).isFalse();
            assertThat(kept.endAfter(Duration.ofMinutes(1))).isFalse();
        }
    }

    @Test
    void everybodyCanAskWhoLeads() throws Exception {
        try (var named = DflockdClient.builder().server(server.address()).name("node-7").build()) {
            var leadership = named.election("boss").campaign(WAIT).orElseThrow();

            var leader = client.election("boss").leader().orElseThrow();

            assertThat(leader.client()).isEqualTo("node-7");
            assertThat(leader.fence()).isEqualTo(leadership.fence());
            assertThat(named.isLeader("boss")).isTrue();
            assertThat(client.isLeader("boss")).isFalse();
        }
        assertThat(client.election("boss").leader()).isEmpty();
    }

    @Test
    void taskThatReturnsAtOnceIsElectedAFewTimesOnly() throws Exception {
        var terms = new AtomicInteger();
        try (var candidacy = client.election("hasty").run(leadership -> terms.incrementAndGet())) {
            eventually("four terms", () -> terms.get() >= 4);
            assertThat(terms.get()).isLessThan(20);
            assertThat(candidacy).isNotNull();
        }
        assertThat(isFree("hasty")).isTrue();
    }

    private boolean isFree(String key) {
        try {
            var holders = witness.holds().holders(key);
            return holders.contains("\"holder_count\":0") && holders.contains("\"waiter_count\":0");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> CompletableFuture<T> cancelled(CompletableFuture<T> future, long ms) {
        CompletableFuture.delayedExecutor(ms, TimeUnit.MILLISECONDS).execute(() -> future.cancel(true));
        return future;
    }

    private static boolean release(Object result) {
        var held = result instanceof Optional<?> optional ? optional.orElse(null) : result;
        try {
            if (held instanceof AutoCloseable lease) {
                lease.close();
            }
            return true;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void eventually(String what, BooleanSupplier condition) {
        Eventually.await(what, WAIT, condition);
    }
}
