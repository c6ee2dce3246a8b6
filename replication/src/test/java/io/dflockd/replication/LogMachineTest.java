package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.Engine;
import io.dflockd.engine.order.Node;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogMachineTest {
    private static final long SEED = System.nanoTime();
    private static final Node SELF = new Node("n1", "localhost:6388", "localhost:6390");

    @TempDir private Path folder;
    private final ExecutorService events = Executors.newSingleThreadExecutor();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Batches batches = new Batches(SEED);
    private EngineApplier applier = new EngineApplier(batches.history.limits());
    private LogMachine machine = machine(applier);

    @AfterEach
    void stop() {
        events.shutdownNow();
    }

    @Test
    void everyNodeComesToTheSameState() throws Exception {
        try (var voter = start()) {
            assertThat(machine.standing().leads()).isTrue();
            assertThat(machine.standing().leader()).contains(SELF);
            submit(voter, 40);
            assertSame();
        }
        // What was objects then is octets now.
        restart();
        try (var voter = start()) {
            assertThat(applier.events).containsExactly("lead");
            assertThat(applier.appliedWhenReady).as("all was applied before").isEqualTo(applier.applied);
            assertSame();
            submit(voter, 5);
            assertSame();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void aSnapshotAndTheLogSinceAreAsGoodAsTheLog() throws Exception {
        try (var voter = start()) {
            submit(voter, 20);
            var first = machine.writeSnapshot();
            assertThat(first.head().number()).isEqualTo(19);
            assertThat(machine.takeSnapshot()).as("another must be behind it").isEqualTo(-1);
            submit(voter, 20);
            machine.writeSnapshot();
            assertThat(machine.takeSnapshot()).isEqualTo(first.head().index());
            submit(voter, 20);
            assertSame();
        }
        restart();
        try (var voter = start()) {
            assertThat(applier.events).containsExactly("replace", "lead");
            assertThat(applier.batches).isEqualTo(20);
            assertSame();
            submit(voter, 5);
            assertSame();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void anEmptyBatchIsATick() throws Exception {
        try (var voter = start()) {
            submit(voter, new Batch(1, applier.term, 0, 17_000, List.of()));

            assertThat(applier.engine().nowMs()).isEqualTo(17_000);
            assertThat(applier.batches).isOne();
        }
    }

    @Test
    void whatDoesNotFollowIsNotPutIntoTheLog() throws Exception {
        try (var voter = start()) {
            long term = applier.term;
            submit(voter, new Batch(1, term, 0, 1, List.of()));
            long next = voter.division().getRaftLog().getNextIndex();

            refused(voter, new Batch(1, term, 2, 2, List.of()),
                    "a batch does not follow: it is number 2 of term " + term + ", must be number 1");
            refused(voter, new Batch(1, term, 0, 2, List.of()),
                    "a batch does not follow: it is number 0 of term " + term + ", must be number 1");
            refused(voter, new Batch(1, term - 1, 1, 2, List.of()),
                    "a batch of term " + (term - 1) + " is late, this is term " + term);
            assertThat(voter.submit("noise").get(10, TimeUnit.SECONDS).getException())
                    .hasMessageContaining("only batches are for this log");
            submit(voter, new Batch(1, term, 1, 2, List.of()));

            assertThat(voter.division().getRaftLog().getNextIndex()).as("one record a batch").isEqualTo(next + 1);
            assertThat(applier.batches).isEqualTo(2);
            assertThat(voter.division().getInfo().isLeaderReady()).as("a refusal ends no leadership").isTrue();
        }
        assertThat(failures).isEmpty();
    }

    /** It takes no number, so the next one is none too many. */
    @Test
    void aBatchThatIsTooLongIsRefusedAndNoMore() throws Exception {
        try (var voter = start()) {
            var value = new Command.Signal("channel", "x".repeat(RaftSettings.MAX_BATCH_BYTES));
            var batch = new Batch(1, applier.term, 0, 1, List.of(new Action(0, 1, 1, 1, 0, value)));

            refused(voter, batch, "may have " + RaftSettings.MAX_BATCH_BYTES);

            submit(voter, 5);
            assertSame();
            assertThat(voter.division().getInfo().isLeaderReady()).isTrue();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void whatCannotBeReadStopsTheNode() throws Exception {
        try (var voter = start()) {
            var batch = new Batch(1, applier.term, 0, 1, List.of());
            // The first is read back at once.
            var unusedReply = voter.submit(new Proposal(batch, ByteString.copyFromUtf8("noise")));
            awaitStop(voter);
        }
        assertThat(failures.get(0)).isInstanceOf(BrokenBatchException.class)
                .hasMessageMatching(
                        "the batch at index \\d+ of the log is broken: it has 5 bytes, the shortest has 44");

        failures.clear();
        restart();
        try (var voter = new OneVoter(folder, machine)) {
            awaitStop(voter);
        }
        assertThat(failures.get(0)).hasMessageMatching("the batch at index \\d+ of the log is broken: .*");
        assertThat(applier.applied).isZero();
    }

    @Test
    void nothingIsAppliedToAStateThatIsNotSound() throws Exception {
        try (var voter = start()) {
            applier.isSound = false;
            var tick = Action.ofDriver(new Command.Tick());
            var unusedReply = voter.submit(Batches.proposal(new Batch(1, applier.term, 0, 1, List.of(tick, tick))));

            awaitStop(voter);
        }
        assertThat(failures.get(0)).hasMessageContaining("not sound any more");
        assertThat(applier.applied).isOne();
        assertThat(applier.batches).isZero();
    }

    @Test
    void laterRulesStopTheNode() throws Exception {
        try (var voter = start()) {
            var unusedReply = voter.submit(Batches.proposal(new Batch(2, applier.term, 0, 1, List.of())));
            awaitStop(voter);
        }
        assertThat(failures.get(0)).hasMessageContaining("it is decided by rules 2, this program knows rules up to 1");
    }

    /** It is bounded by the heap what is copied so, which counts only if it is not there several times. */
    @Test
    void aStateIsCopiedOnce() throws Exception {
        applier = new EngineApplier(JournalOnFolder.WIDE);
        machine = machine(applier);
        try (var ignoredVoter = start()) {
            for (int i = 0; i < 16; i++) {
                applier.apply(0, JournalOnFolder.ask(i, new Command.SetValue("k" + i, "v".repeat(1 << 19), 0)));
            }
            machine.writeSnapshot(); // what else it takes when it is done first
            long before = allocated();

            machine.writeSnapshot();

            long once = applier.engine().bytes();
            assertThat(allocated() - before).as("each value is encoded beside it").isLessThan(5 * once / 2);
        }
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void aSnapshotOfTheLeaderReplacesTheEngine() throws Exception {
        try (var voter = start()) {
            submit(voter, 30);
            long index = voter.division().getRaftLog().getLastCommittedIndex();
            var other = new EngineApplier(batches.history.limits());
            other.apply(1_000_000, Action.ofDriver(new Command.Tick()));
            receive(voter, new SnapshotHead(1, applier.term, index + 10, 7), other.engine()::writeSnapshot);

            machine.pause();
            machine.reinitialize();

            assertThat(applier.events).containsExactly("lead", "replace");
            assertThat(applier.octets()).isEqualTo(other.octets());
            assertThat(machine.getLastAppliedTermIndex().getIndex()).isEqualTo(index + 10);
        }
    }

    /** When this one is told to pause, Ratis goes on to let the log go, which no power cut may find alone. */
    @Test
    void aSnapshotOfTheLeaderIsOnTheDiskBeforeTheLogGoes() throws Exception {
        try (var voter = start(); var forced = new Recording()) {
            submit(voter, 30);
            var own = machine.writeSnapshot();
            var head = new SnapshotHead(1, applier.term, own.head().index() + 10, 7);
            var received = receive(voter, head, applier.engine()::writeSnapshot);
            forced.enable("jdk.FileForce").withThreshold(Duration.ZERO);
            forced.start();

            machine.pause();

            forced.stop();
            var snapshots = own.path().getParent();
            assertThat(forced(forced)).startsWith(received, snapshots);
            assertThat(SnapshotStorage.latestIndex(snapshots)).isEqualTo(head.index());
            assertThat(own.path()).exists();
            assertThat(machine.snapshots().latest()).as("the engine is not there yet").contains(own);
            machine.reinitialize();
            assertThat(machine.snapshots().latest().orElseThrow().head()).isEqualTo(head);
            assertThat(machine.snapshots().oldest()).contains(own);
        }
    }

    /** Each attempt of a leader has a folder of its own, which Ratis leaves lying where it was broken off. */
    @Test
    void whatWasReceivedInPartIsForgottenAtTheNextStartAndAtTheNextSnapshot() throws Exception {
        Path receptions;
        try (var voter = start()) {
            receptions = voter.division().getRaftStorage().getStorageDir().getTmpDir().toPath();
            breakOff(receptions);
        }
        restart();
        try (var voter = start()) {
            assertThat(Reception.files(receptions)).isEmpty();
            breakOff(receptions);
            long index = voter.division().getRaftLog().getLastCommittedIndex();
            var received = receive(voter, new SnapshotHead(1, applier.term, index + 10, 7),
                    applier.engine()::writeSnapshot);

            machine.pause();

            assertThat(Reception.files(receptions)).as("Ratis wants it still").containsExactly(received.getParent());
            machine.reinitialize();
        }
        assertThat(failures).isEmpty();
    }

    private static void breakOff(Path receptions) throws IOException {
        var attempt = Files.createDirectories(receptions.resolve("snapshot-0"));
        Files.write(attempt.resolve("snapshot.7_8"), new byte[100]);
    }

    @Test
    void aSnapshotThatIsNotWholeReplacesNothing() throws Exception {
        try (var voter = start()) {
            submit(voter, 5);
            var own = machine.writeSnapshot();
            var received = receive(voter, new SnapshotHead(1, applier.term, own.head().index() + 10, 7),
                    applier.engine()::writeSnapshot);
            Files.write(received, new byte[]{1}, StandardOpenOption.APPEND);

            assertThatThrownBy(machine::pause)
                    .hasMessageContaining("the snapshot that came from the leader cannot be kept: ");

            assertThat(failures).hasSize(1);
            assertThat(SnapshotStorage.latestIndex(own.path().getParent())).isEqualTo(own.head().index());
            assertThat(applier.events).doesNotContain("replace");
        }
    }

    /** As Ratis leaves it when the last part has come. */
    static Path receive(OneVoter voter, SnapshotHead head, SnapshotFile.Body body) throws IOException {
        var attempt = Files.createDirectories(
                voter.division().getRaftStorage().getStorageDir().getTmpDir().toPath().resolve("snapshot-1"));
        var file = SnapshotFile.write(attempt, head, body);
        Files.createFile(file.resolveSibling(file.getFileName() + ".md5"));
        return file;
    }

    private List<Path> forced(Recording recording) throws IOException {
        var to = Files.createTempFile(folder, "forced", ".jfr");
        recording.dump(to);
        return RecordingFile.readAllEvents(to)
                .stream()
                .map(event -> Path.of(event.getString("path")))
                .filter(path -> !path.getFileName().toString().startsWith("log_"))
                .toList();
    }

    private LogMachine machine(EngineApplier newApplier) {
        return new LogMachine(newApplier, Engine::readSnapshot,
                () -> List.of(SELF), events, this::failed,
                (batch, bytes, checkpoint) -> {});
    }

    /** That it was closed is no failure here. */
    private void failed(Throwable failure) {
        if (!LogMachine.ENDED.equals(failure.getMessage())) {
            failures.add(failure);
        }
    }

    private void restart() {
        applier = new EngineApplier(batches.history.limits());
        machine = machine(applier);
    }

    private OneVoter start() throws Exception {
        var voter = new OneVoter(folder, machine);
        await(() -> applier.term >= 0);
        return voter;
    }

    /** Batches of a random history, all under way at once. */
    private void submit(OneVoter voter, int count) throws Exception {
        var replies = new ArrayList<CompletableFuture<RaftClientReply>>();
        for (int i = 0; i < count; i++) {
            replies.add(voter.submit(batches.next(applier.term)));
        }
        for (var reply : replies) {
            assertThat(reply.get(20, TimeUnit.SECONDS).isSuccess()).isTrue();
        }
    }

    private void submit(OneVoter voter, Batch batch) throws Exception {
        assertThat(voter.submit(Batches.proposal(batch)).get(10, TimeUnit.SECONDS).isSuccess()).isTrue();
    }

    private void refused(OneVoter voter, Batch batch, String reason) throws Exception {
        var reply = voter.submit(Batches.proposal(batch)).get(10, TimeUnit.SECONDS);
        assertThat(reply.isSuccess()).isFalse();
        assertThat(reply.getException()).hasMessageContaining(reason);
    }

    private void assertSame() throws Exception {
        assertThat(applier.octets()).as("seed " + SEED).isEqualTo(batches.reference.octets());
    }

    /**
     * Until Ratis knows as well that this node stops. Who closes Ratis 3.3.0 between the failure and that waits without end, for
     * a thread that applies nothing more ({@code StateMachineUpdater.stopAndJoin}).
     */
    private void awaitStop(OneVoter voter) throws Exception {
        await(() -> !failures.isEmpty() && !voter.division().getInfo().isAlive());
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
