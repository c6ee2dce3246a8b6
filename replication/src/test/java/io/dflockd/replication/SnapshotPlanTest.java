package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Engine;
import io.dflockd.testkit.Eventually;
import java.io.DataInput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SnapshotPlanTest {
    private static final long SEED = System.nanoTime();
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir private Path folder;
    private final ExecutorService events = Executors.newSingleThreadExecutor();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Batches batches = new Batches(SEED);
    private final EngineApplier applier = new EngineApplier(batches.history.limits());
    private final AtomicInteger reads = new AtomicInteger();
    private final CountDownLatch mayRead = new CountDownLatch(1);
    private final LogMachine machine = new LogMachine(applier, this::readSlowly, List::of, events, failures::add,
            (batch, bytes, checkpoint) -> {});

    @AfterEach
    void stop() {
        events.shutdownNow();
    }

    /** The log that the own one is made of goes in the thread that receives, before the state is replaced. */
    @Test
    void anOwnSnapshotIsNoFailureWhereThatOfTheLeaderComesBetween() throws Exception {
        var none = new LogRoom(1 << 20, 1_000_000, 1, 1, 1, 0);
        try (var voter = start();
                var plan = new SnapshotPlan(machine, applier, events, failures::add, KeptLog.NONE, none)) {
            for (int i = 0; i < 100; i++) {
                assertThat(voter.submit(batches.next(applier.term)).get(20, TimeUnit.SECONDS).isSuccess()).isTrue();
            }
            var last = machine.getLastAppliedTermIndex();
            var asked = CompletableFuture.supplyAsync(() -> written(plan));
            Eventually.await("the own one to begin", LONG, () -> reads.get() == 1);
            var head = new SnapshotHead(1, applier.term, last.getIndex() + 10, 7);
            LogMachineTest.receive(voter, head, applier.engine()::writeSnapshot);

            machine.pause();
            assertThat(machine.log().purge(last.getIndex()).get(20, TimeUnit.SECONDS)).isPositive();
            mayRead.countDown();
            Eventually.await("the own one to fail", LONG, () -> asked.isDone() || reads.get() > 1);
            assertThat(asked).isNotDone();
            machine.reinitialize();

            assertThat(asked.get(20, TimeUnit.SECONDS).head()).isEqualTo(head);
        }
    }

    private static SnapshotStorage.Stored written(SnapshotPlan plan) {
        try {
            return plan.writeNow(LONG);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private Engine readSlowly(DataInput in) throws IOException {
        reads.incrementAndGet();
        try {
            mayRead.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Engine.readSnapshot(in);
    }

    private OneVoter start() throws Exception {
        var properties = new RaftSettings(folder, "127.0.0.1", 0, Duration.ofMillis(50), true).properties();
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("4KB"));
        var voter = new OneVoter(properties, machine);
        Eventually.await("the voter to lead", LONG, () -> applier.term >= 0);
        return voter;
    }
}
