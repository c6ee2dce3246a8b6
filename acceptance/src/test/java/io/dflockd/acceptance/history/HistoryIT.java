package io.dflockd.acceptance.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.ServerProcess;
import io.dflockd.client.DflockdClient;
import io.dflockd.testkit.FaultyNetwork;
import io.dflockd.testkit.FaultyNetwork.Fault;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Programs use everything at once, some over a network that fails all the time. {@code -Dhistory.seed=N} draws other
 * choices, {@code -Dhistory.seconds=N} goes on for longer.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HistoryIT {
    private static final int THREADS_OF_A_CLIENT = 2;
    private static final int OPERATIONS_PER_SECOND = 20_000;
    private static final int LONGEST_PAUSE_MS = 100;
    private static final Path KEPT = Path.of("target", "history.txt");
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final long seed = Long.getLong("history.seed", System.nanoTime() & 0xffff);
    private final long seconds = Long.getLong("history.seconds", 5);
    private final ServerProcess server = ServerProcess.start();
    /** Once there is a server. */
    private final long begin = System.nanoTime();
    private final long end = begin + TimeUnit.SECONDS.toNanos(seconds);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final History history = new History((int) (OPERATIONS_PER_SECOND * (seconds + 1)));
    private final AtomicLong pops = new AtomicLong();
    private final FaultyNetwork network = new FaultyNetwork(server.socketAddress());
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<DflockdClient> clients = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();

    @AfterEach
    void close() {
        pool.shutdownNow();
        clients.forEach(DflockdClient::close);
        network.close();
        server.close();
    }

    @Test
    void whatProgramsSawThroughCutConnectionsCanHaveBeen() throws Exception {
        System.out.println("seed " + seed);
        var throughCuts = "127.0.0.1:" + network.address().getPort();
        run("resuming", throughCuts, GRACE, true);
        run("forgetting", throughCuts, Duration.ZERO, false);
        run("undisturbed", server.address(), GRACE, true);

        cut();
        for (var each : running) {
            each.get(60, TimeUnit.SECONDS);
        }
        var last = clients.get(2);
        var reader = new Program("last", last, new Recorder("last", history, pops), random.split());
        for (long round = 0; round <= round(); round++) {
            reader.readAll(round);
        }

        var findings = Findings.of(history);
        long unknown = history.operations()
                .stream()
                .filter(operation -> operation.outcome() instanceof Outcome.Unknown)
                .count();
        System.out.printf("seed %d, %d faults, %d of unknown outcome, %s%n", seed, network.faults(), unknown, findings);
        if (!findings.isClean()) {
            // The seed does not bring back what the threads did when.
            Files.write(KEPT, history.operations().stream().map(Operation::toString).toList());
        }
        assertThat(findings.isClean()).as("seed %d, all operations in %s: %s", seed, KEPT, findings).isTrue();
        assertThat(network.faults()).isPositive();
        assertThat(unknown).isPositive();
    }

    private void run(String name, String address, Duration grace, boolean holds) throws InterruptedException {
        var client = DflockdClient.builder()
                .server(address)
                .sessionGrace(grace)
                .responseTimeout(Duration.ofSeconds(5))
                .build();
        clients.add(client);
        client.counters().increment("warm/up", 1); // only a session that has begun is taken up again
        for (int i = 0; i < THREADS_OF_A_CLIENT; i++) {
            var recorder = new Recorder(name + "-" + i, history, pops);
            var program = new Program(name + "-" + i, client, recorder, random.split());
            Callable<Void> task = () -> {
                while (System.nanoTime() < end && history.hasRoom()) {
                    program.step(round(), holds);
                }
                return null;
            };
            running.add(pool.submit(task));
        }
    }

    private long round() {
        return (System.nanoTime() - begin) / ROUND_NANOS;
    }

    /** Now by the number of bytes, so that it hits the middle of a line, now by time. */
    private void cut() {
        var kinds = new Fault[]{Fault.RESET, Fault.END};
        while (System.nanoTime() < end) {
            var kind = kinds[random.nextInt(kinds.length)];
            network.failAfter(this::someBytes, kind);
            network.fail(kind);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_PAUSE_MS)));
        }
        network.behave();
        network.fail(Fault.RESET);
    }

    private long someBytes() {
        synchronized (random) {
            return random.nextInt(200, 20_000);
        }
    }
}
