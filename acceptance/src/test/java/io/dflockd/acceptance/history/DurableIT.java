package io.dflockd.acceptance.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ConnectionListener;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.LossReason;
import io.dflockd.testkit.history.Findings;
import io.dflockd.testkit.history.History;
import io.dflockd.testkit.history.Operation;
import io.dflockd.testkit.history.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs use everything at once while their server, which keeps its state in a folder, is killed and started again.
 * {@code -Ddurable.seed=N} draws other choices, {@code -Ddurable.seconds=N} goes on for longer.
 */
@Timeout(value = 1_800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DurableIT {
    private static final int CLIENTS = 3;
    private static final int THREADS_OF_A_CLIENT = 2;
    private static final int OPERATIONS_PER_SECOND = 10_000;
    private static final int LONGEST_QUIET_MS = 3_000;
    private static final int LONGEST_BEGINNING_MS = 1_500;
    private static final int LONGEST_PAUSE_MS = 1_800;
    private static final int LONG_PAUSE_MS = 2_500;
    private static final Path KEPT = Path.of("target", "durable-history.txt");
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration GRACE = Duration.ofMinutes(2);
    private static final Duration SHORT_LEASE = Duration.ofSeconds(5);
    private static final Duration LONG_LEASE = Duration.ofMinutes(2);
    /** A client renews when a third of a short lease is over, and needs some time to come back. */
    private static final long SHORT_LEASE_SURVIVES_MS = 2_000;

    private final long seed = Long.getLong("durable.seed", System.nanoTime() & 0xffff);
    private final long seconds = Long.getLong("durable.seconds", 10);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final History history = new History((int) (OPERATIONS_PER_SECOND * (seconds + 1)));
    private final AtomicLong pops = new AtomicLong();
    private final AtomicInteger resumed = new AtomicInteger();
    private final AtomicInteger sessionsLost = new AtomicInteger();
    private final ConcurrentLinkedQueue<LossReason> shortLeasesLost = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<LossReason> longLeasesLost = new ConcurrentLinkedQueue<>();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<DflockdClient> clients = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();
    private int kills;
    private long begin;
    private long end;

    @TempDir private Path folder;

    /** Counts what happens to the sessions of all clients. */
    private final class Counting implements ConnectionListener {
        @Override
        public void resumed(ServerAddress server, Duration away) {
            resumed.incrementAndGet();
        }

        @Override
        public void sessionLost(ServerAddress server) {
            sessionsLost.incrementAndGet();
        }
    }

    @AfterEach
    void close() {
        pool.shutdownNow();
        clients.forEach(DflockdClient::close);
    }

    @Test
    void whatProgramsSawWhileTheirServerWasKilledCanHaveBeen() throws Exception {
        System.out.println("seed " + seed);
        try (var server = new RestartedServer(folder.resolve("data"))) {
            begin = System.nanoTime();
            end = begin + TimeUnit.SECONDS.toNanos(seconds);
            for (int i = 0; i < CLIENTS; i++) {
                run("client" + i, server.address());
            }
            var holder = client(server.address());
            var shortLease = hold(holder, "short", SHORT_LEASE, shortLeasesLost);
            var longLease = hold(holder, "long", LONG_LEASE, longLeasesLost);

            disturb(server);
            for (var each : running) {
                each.get(120, TimeUnit.SECONDS);
            }
            var reader = new Program("last", holder, new Recorder("last", history, pops), random.split());
            for (long round = 0; round <= round(); round++) {
                reader.readAll(round);
            }
            assertThat(longLease.release()).as("it was held for all the time").isTrue();
            boolean shortLeaseHeld = shortLease.release();
            judge(server, shortLeaseHeld);
        }
    }

    /** Where there are other nodes, one of them leads after a pause; here there is none. */
    @Test
    void aServerThatStoodStillGoesOn() throws Exception {
        try (var server = new RestartedServer(folder.resolve("data"))) {
            var client = client(server.address());
            server.pause(LONG_PAUSE_MS);
            assertThat(client.counters().increment("count", 1)).isEqualTo(1);
            server.kill();
            assertThat(client.counters().increment("count", 1)).isEqualTo(2);
        }
    }

    private void judge(RestartedServer server, boolean shortLeaseHeld) throws Exception {
        var findings = Findings.of(history);
        long unknown = history.operations()
                .stream()
                .filter(operation -> operation.outcome() instanceof Outcome.Unknown)
                .count();
        System.out.printf(
                "seed %d, %d kills, longest outage %d ms, %d operations, %d of unknown outcome, resumed %d, %s%n",
                seed, kills, server.longestOutageMs(), history.operations().size(), unknown, resumed.get(), findings);
        if (!findings.isClean()) {
            // The seed does not bring back what the threads did when.
            Files.write(KEPT, history.operations().stream().map(Operation::toString).toList());
        }
        assertThat(findings.isClean()).as("seed %d, all operations in %s: %s", seed, KEPT, findings).isTrue();
        assertThat(server.isAlive()).isTrue();
        assertThat(kills).isPositive();
        assertThat(resumed.get()).as("sessions go on").isGreaterThanOrEqualTo(kills);
        assertThat(sessionsLost.get()).as("sessions that were not known any more").isZero();
        assertThat(longLeasesLost).isEmpty();
        if (server.longestOutageMs() < SHORT_LEASE_SURVIVES_MS) {
            assertThat(shortLeasesLost).isEmpty();
            assertThat(shortLeaseHeld).isTrue();
        }
    }

    private DflockdClient client(String address) throws InterruptedException {
        var client = DflockdClient.builder()
                .server(address)
                .sessionGrace(GRACE)
                .responseTimeout(Duration.ofSeconds(30))
                .connectionListener(new Counting())
                .build();
        clients.add(client);
        client.counters().increment("warm/up", 1); // only a session that has begun is taken up again
        return client;
    }

    private static Lease hold(DflockdClient client, String key, Duration ttl, ConcurrentLinkedQueue<LossReason> lost)
            throws InterruptedException {
        return client.lock(key).withTtl(ttl).acquire().onLost(lost::add);
    }

    private void run(String name, String address) throws InterruptedException {
        var client = client(address);
        for (int i = 0; i < THREADS_OF_A_CLIENT; i++) {
            var recorder = new Recorder(name + "-" + i, history, pops);
            var program = new Program(name + "-" + i, client, recorder, random.split());
            Callable<Void> task = () -> {
                while (System.nanoTime() < end && history.hasRoom()) {
                    program.step(round(), true);
                }
                return null;
            };
            running.add(pool.submit(task));
        }
    }

    private long round() {
        return (System.nanoTime() - begin) / ROUND_NANOS;
    }

    /** Once it is stopped in order, else it is mostly killed, also while it begins, and sometimes made to stand still. */
    private void disturb(RestartedServer server) {
        boolean stopped = false;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_QUIET_MS)));
            switch (random.nextInt(6)) {
                case 0 -> server.killTwice(random.nextInt(LONGEST_BEGINNING_MS));
                case 1 -> {
                    server.pause(random.nextInt(LONGEST_PAUSE_MS));
                    continue;
                }
                case 2 -> {
                    if (stopped) {
                        server.kill();
                    } else {
                        server.stop();
                        stopped = true;
                    }
                }
                default -> server.kill();
            }
            kills++;
        }
        if (kills == 0) {
            server.kill();
            kills++;
        }
    }
}
