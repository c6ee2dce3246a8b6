package io.dflockd.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.ConnectionListener;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.FenceGuard;
import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.Wish;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.event.Gap;
import io.dflockd.client.event.LeaderEvent.LeaderChange;
import io.dflockd.client.event.SignalEvent.Signal;
import io.dflockd.client.spi.ClientObserver;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The code of docs/client.md, run against a real server. What stands between {@code snippet} and {@code end} is in the
 * document word by word.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("FutureReturnValueIgnored") // the snippets are for programs whose builds are less strict
class ClientGuideTest {
    private DflockdClient client;
    private final Reports reports = new Reports();

    /** Something that only one may write to. It refuses a fence lower than one it has seen. */
    private static final class Reports {
        private final List<String> written = new ArrayList<>();
        private final FenceGuard guard = new FenceGuard();

        synchronized boolean write(String text, long fence) {
            return guard.admit(fence) && written.add(text);
        }

        synchronized List<String> readAll() {
            return List.copyOf(written);
        }
    }

    @BeforeEach
    void connect() {
        client = DflockdClient.connect(TestServer.address());
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void open() throws Exception {
        var server1 = TestServer.address();
        // snippet open
        try (var client = DflockdClient.builder()
                .server(server1)
                .leaseTtl(Duration.ofSeconds(30))
                .onLost((lease, reason) -> System.err.println("lost " + lease.key() + ": " + reason))
                .build()) {
            runProgram(client);
        }
        // end
    }

    @Test
    void onlyOne() throws Exception {
        // snippet only-one
        try (var lease = client.lock("reports/nightly").acquire(Duration.ofSeconds(5))) {
            reports.write("nightly report", lease.fence());
        } catch (AcquireTimeoutException e) {
            System.err.println("another machine is at it: " + e.getMessage());
        }
        // end
        assertThat(reports.written).containsExactly("nightly report");
    }

    @Test
    void onlyOneOrNot() throws Exception {
        // snippet try
        Optional<Lease> lease = client.lock("reports/weekly").tryAcquire();
        if (lease.isPresent()) {
            try (var held = lease.get()) {
                reports.write("weekly report", held.fence());
            }
        }
        // end
        assertThat(reports.written).containsExactly("weekly report");
    }

    @Test
    void placeInTheQueue() throws Exception {
        // snippet two-phases
        try (var ticket = client.lock("reports/monthly").enqueue()) {
            var report = prepare(); // the place in the queue moves up meanwhile
            var lease = ticket.await(Duration.ofSeconds(30));
            reports.write(report, lease.fence());
        }
        // end
        assertThat(reports.written).containsExactly("prepared");
    }

    @Test
    void atMostFive() throws Exception {
        // snippet at-most
        var downloads = client.semaphore("downloads", 5);
        try (var permit = downloads.acquire(Duration.ofSeconds(30))) {
            download(permit);
        }
        // end
        assertThat(reports.written).containsExactly("downloaded");
    }

    @Test
    void manyReaders() throws Exception {
        // snippet readers
        var catalog = client.rwLock("catalog");
        try (var reading = catalog.read().acquire(Duration.ofSeconds(5))) {
            reports.readAll(); // others read at the same time
        }
        try (var writing = catalog.write().acquire(Duration.ofSeconds(5))) {
            reports.write("new catalog", writing.fence()); // nobody else reads or writes
        }
        // end
        assertThat(reports.written).containsExactly("new catalog");
    }

    @Test
    void leader() throws Exception {
        var led = new CountDownLatch(1);
        // snippet leader
        try (var candidacy = client.election("scheduler").run(leadership -> {
            while (!Thread.interrupted()) { // interrupted when the leadership is lost
                leadership.ensureValid();
                led.countDown(); // here the leader does its work, step by step
                Thread.sleep(Duration.ofSeconds(1));
            }
        })) {
            awaitEnd(led);
        }
        // end
        assertThat(led.getCount()).isZero();
    }

    @Test
    void whoLeads() throws Exception {
        try (var leadership = client.election("who").campaign(Duration.ofSeconds(5)).orElseThrow()) {
            // snippet observe
            try (var observer = client.election("who").observe(event -> {
                if (event instanceof LeaderChange change) {
                    System.err.println(change.key() + ": " + change.kind());
                }
            })) {
                runProgram(client);
            }
            // end
            assertThat(leadership.isValid()).isTrue();
            assertThat(client.isLeader("who")).isTrue();
            assertThat(client.election("who").leader().orElseThrow().fence()).isEqualTo(leadership.fence());
        }
        assertThat(client.election("who").leader()).isEmpty();
    }

    @Test
    void severalAtOnce() throws Exception {
        // snippet several
        var accounts = client.locks(List.of("account/2", "account/1"));
        try (var both = accounts.acquire(Duration.ofSeconds(5))) {
            both.ensureValid(); // lost as soon as one of them is
            reports.write("from 1", both.fence("account/1")); // each key has its own fence
            reports.write("to 2", both.fence("account/2"));
        }
        // end
        assertThat(reports.written).containsExactly("from 1", "to 2");
        assertThat(client.lock("account/1").tryAcquire()).isPresent();
    }

    @Test
    void keptForAWhile() throws Exception {
        // snippet keep
        var cleaned = client.lock("cleanup").withTtl(Duration.ofMinutes(1)).tryAcquire();
        if (cleaned.isPresent()) {
            reports.written.add("cleaned up");
            cleaned.get().keep(Duration.ofHours(1)); // nobody cleans up again before
        }
        // end
        assertThat(client.lock("cleanup").tryAcquire()).isEmpty();
    }

    @Test
    void writerThatReadsOn() throws Exception {
        // snippet downgrade
        var index = client.rwLock("index").write().acquire(Duration.ofSeconds(5));
        reports.write("new index", index.fence());
        try (var reading = index.downgrade()) { // nobody else wrote in between
            reports.readAll();
        }
        // end
        assertThat(client.rwLock("index").write().tryAcquire()).isPresent();
    }

    @Test
    void waitForAll() throws Exception {
        var workers = 2;
        var other = CompletableFuture.supplyAsync(() -> {
            try (var second = DflockdClient.connect(TestServer.address())) {
                return second.barriers().await("start", workers, Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        // snippet barrier
        boolean all = client.barriers().await("start", workers, Duration.ofSeconds(30));
        if (!all) {
            throw new IllegalStateException("not all workers came, or one left");
        }
        // end
        assertThat(other.get()).isTrue();
    }

    @Test
    void tellTheOthers() throws Exception {
        var handled = new ArrayList<String>();
        // snippet listen
        try (var signals = client.signals()) {
            signals.listen("cache.*"); // every listener gets a copy
            signals.listen("tasks.>", "workers"); // one member of the group gets it
            // end
            signals.emit("cache.users", "clear");
            signals.emit("tasks.resize.png", "picture-1");
            signals.emit("cache.stop", "now");
            // snippet receive
            for (var event : signals.signals()) {
                if (event instanceof Signal signal) {
                    handled.add(signal.channel() + " " + signal.payload());
                } else if (event instanceof Gap gap) {
                    handled.add("signals may be missing: " + gap.cause());
                }
                // end
                if (handled.size() == 3) {
                    break;
                }
            }
        }
        // What comes for a group and what comes for oneself have no order among each other.
        assertThat(handled).containsExactlyInAnyOrder(
                "cache.users clear", "tasks.resize.png picture-1", "cache.stop now");
    }

    @Test
    void emit() throws Exception {
        // snippet emit
        long copies = client.emit("cache.users", "clear");
        System.err.println(copies + " listeners will hear it");
        // end
        assertThat(client.servers()).isNotEmpty();
    }

    @Test
    void smallValue() throws Exception {
        // snippet value
        client.values().set("config.log-level", "info");
        client.values().set("config.maintenance", "yes", Duration.ofMinutes(10)); // gone after ten minutes
        String level = client.values().get("config.log-level").orElse("warn");
        boolean mine = client.values().setIfAbsent("owner.db-1", "host-a"); // only if there is none
        boolean moved = client.values().compareAndSet("owner.db-1", "host-a", "host-b");
        long runs = client.counters().increment("runs", 1);
        // end
        assertThat(level).isEqualTo("info");
        assertThat(mine && moved).isTrue();
        assertThat(runs).isPositive();
    }

    @Test
    void workQueue() throws Exception {
        // snippet queue
        client.lists().pushRight("jobs", "resize picture-1.png");
        Optional<String> job = client.lists().popLeft("jobs", Duration.ofSeconds(30)); // waits for one
        // end
        assertThat(job).contains("resize picture-1.png");
    }

    @Test
    void workThatMustNotGetLost() throws Exception {
        // snippet claims
        client.values().set("orders.4711", "pack 3 boxes");
        try (var claim = client.lock("orders/4711").acquire(Duration.ofSeconds(5))) {
            var order = client.values().get("orders.4711"); // done already if there is none
            if (order.isPresent() && reports.write(order.get(), claim.fence())) {
                client.values().delete("orders.4711"); // last: until then another worker can begin anew
            }
        }
        // end
        assertThat(reports.written).containsExactly("pack 3 boxes");
        assertThat(client.values().get("orders.4711")).isEmpty();
    }

    @Test
    void pausedProcess() throws Exception {
        var lock = client.lock("reports/yearly");
        Lease paused = lock.acquire(Duration.ofSeconds(5));
        assertThat(paused.release()).isTrue(); // as the server does when the lease of a process that sleeps runs out
        // snippet fence
        try (var lease = lock.acquire(Duration.ofSeconds(5))) {
            reports.write("by the new holder", lease.fence()); // true
        }
        reports.write("by the one that slept", paused.fence()); // false: its fence is lower
        // end
        assertThat(reports.written).containsExactly("by the new holder");
    }

    @Test
    void brokenNetwork() throws Exception {
        try (var server = TestServer.start();
                var client = DflockdClient.builder()
                        .server(server.hostAndPort())
                        .leaseTtl(Duration.ofSeconds(2))
                        .build()) {
            var stopped = new CountDownLatch(1);
            // snippet lost
            var lease = client.lock("reports/nightly").acquire(Duration.ofSeconds(5));
            lease.onLost(reason -> stopped.countDown()); // once, and before anybody else can have it
            // end
            server.kill();
            assertThat(stopped.await(50, TimeUnit.SECONDS)).isTrue();
            var steps = List.of("one", "two");
            assertThatThrownBy(() -> {
                // snippet ensure
                for (var step : steps) {
                    lease.ensureValid(); // LeaseLostException if the hold is lost or cannot be proved
                    reports.write(step, lease.fence());
                }
                // end
            }).isInstanceOf(LeaseLostException.class);
            assertThatThrownBy(() -> client.lock("reports/nightly").acquire(Duration.ofSeconds(1)))
                    .isInstanceOf(ConnectionFailedException.class);
            assertThat(lease.release()).isFalse();
        }
    }

    @Test
    void manyThreads() throws Exception {
        // snippet threads
        var lock = client.lock("counter");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 10; i++) {
                threads.submit(() -> lock.call(Duration.ofSeconds(30), lease -> reports.write("x", lease.fence())));
            }
        }
        // end
        assertThat(reports.written).hasSize(10);
    }

    @Test
    void metrics() throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        // snippet metrics
        Gauge.builder("dflockd.leases.held", client, it -> it.metrics().leases().held()).register(registry);
        Gauge.builder("dflockd.requests.in.flight", client, it -> it.metrics().requests().inFlight())
                .register(registry);
        FunctionCounter.builder("dflockd.renewals.failed", client, it -> it.metrics().leases().renewalsFailed())
                .register(registry);
        for (var reason : LossReason.values()) {
            FunctionCounter.builder("dflockd.leases.lost", client, it -> it.metrics().leases().lost().get(reason))
                    .tag("reason", reason.name())
                    .register(registry);
        }
        FunctionTimer.builder("dflockd.acquisitions", client, it -> it.metrics().acquisitions().granted(),
                it -> it.metrics().acquisitions().totalWait().toNanos(), TimeUnit.NANOSECONDS).register(registry);
        // end
        try (var lease = client.lock("metrics").acquire()) {
            assertThat(lease.isValid()).isTrue();
            assertThat(registry.get("dflockd.leases.held").gauge().value()).isEqualTo(1);
            assertThat(registry.get("dflockd.acquisitions").functionTimer().count()).isEqualTo(1);
            assertThat(registry.get("dflockd.acquisitions").functionTimer().totalTime(TimeUnit.NANOSECONDS))
                    .isPositive();
            assertThat(registry.get("dflockd.leases.lost").functionCounters()).hasSize(4);
        }
    }

    @Test
    void connections() throws Exception {
        var server1 = TestServer.address();
        // snippet connections
        try (var client = DflockdClient.builder().server(server1).connectionListener(new ConnectionListener() {
            @Override
            public void disconnected(ServerAddress server, DflockdException cause) {
                System.err.println("no connection to " + server + ": " + cause.getMessage());
            }

            @Override
            public void resumed(ServerAddress server, Duration away) {
                System.err.println("went on after " + away.toMillis() + " ms, nothing is lost");
            }
        }).build()) {
            runProgram(client);
        }
        // end
    }

    @Test
    void isTheServerThere() throws Exception {
        // snippet ping
        client.ping(Duration.ofSeconds(2))
                .forEach((server, took) -> System.err.println(server + " answered in " + took));
        client.info(Duration.ofSeconds(2)).forEach((server, info) -> System.err.println(server + " is " + info.name()));
        // end
        assertThat(client.ping(Duration.ofSeconds(30))).containsOnlyKeys(client.servers().get(0));
        assertThat(client.info(Duration.ofSeconds(30)).values()).allSatisfy(info -> {
            assertThat(info.name()).startsWith("dflockd/");
            assertThat(info.extensions()).contains("ping", "sessions");
            assertThat(info.settings()).containsKey("max_answer");
        });
    }

    @Test
    void timersAndTraces() throws Exception {
        var server1 = TestServer.address();
        MeterRegistry registry = new SimpleMeterRegistry();
        // snippet observer
        try (var client = DflockdClient.builder().server(server1).observer(new ClientObserver() {
            @Override
            public Attempt acquiring(String key, LeaseMode mode, Duration wait, ServerAddress server) {
                var sample = Timer.start(registry);
                return new Attempt() {
                    @Override
                    public void granted(Lease lease) {
                        sample.stop(registry.timer("dflockd.acquire", "mode", mode.name()));
                    }
                };
            }

            @Override
            public void ended(Lease lease, LossReason reason, Duration held) {
                registry.timer("dflockd.held", "mode", lease.mode().name()).record(held);
            }
        }).build()) {
            runProgram(client);
        }
        // end
        assertThat(registry.get("dflockd.acquire").timer().count()).isEqualTo(1);
        assertThat(registry.get("dflockd.held").timer().count()).isEqualTo(1);
    }

    @Test
    void futures() throws Exception {
        try (var held = client.lock("async").acquire()) {
            // snippet async
            CompletableFuture<Lease> lease = client.lock("async").acquireAsync(Duration.ofSeconds(30));
            lease.thenAccept(Lease::close);
            lease.cancel(true); // leaves the queue
            // end
            assertThat(held.isValid()).isTrue();
        }
        assertThat(client.lock("async").tryAcquire(Duration.ofSeconds(10))).hasValueSatisfying(Lease::close);
    }

    @Test
    void words() throws Exception {
        try (var connection = Connection.dial(TestServer.address())) {
            // snippet words
            connection.hello("console", Wish.LOST); // what the server announces, and whom holders() shows
            var writing = connection.writeLocks().acquire("catalog-7", Duration.ofMillis(250), Duration.ofSeconds(30));
            var reading = connection.holds().downgrade("catalog-7", writing.token()); // nobody else wrote in between
            connection.holds().keep("catalog-7", reading.token(), Duration.ofHours(1)); // may outlive this connection
            System.err.println(connection.holds().holders("catalog-7")); // JSON
            connection.losses().forEachAsync(event -> System.err.println("lost: " + event));
            // end
            assertThat(connection.readLocks().renew("catalog-7", reading.token()).fence()).isEqualTo(writing.fence());
        }
        assertThat(client.rwLock("catalog-7").write().tryAcquire()).isEmpty(); // kept
    }

    @Test
    void javaLock() {
        // snippet java-lock
        java.util.concurrent.locks.Lock lock = client.lock("legacy").asJavaLock();
        lock.lock();
        try {
            reports.written.add("guarded");
        } finally {
            lock.unlock(); // throws LeaseLostException if the code before it ran unprotected
        }
        // end
        assertThat(reports.written).containsExactly("guarded");
    }

    private static void runProgram(DflockdClient client) throws InterruptedException {
        client.lock("program").acquire().close();
    }

    private static void awaitEnd(CountDownLatch end) throws InterruptedException {
        assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static String prepare() {
        return "prepared";
    }

    private void download(Lease permit) {
        reports.write("downloaded", permit.fence());
    }
}
