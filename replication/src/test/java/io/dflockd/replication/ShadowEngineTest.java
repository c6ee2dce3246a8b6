package io.dflockd.replication;

import static io.dflockd.replication.JournalOnFolder.WIDE;
import static io.dflockd.replication.JournalOnFolder.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Command;
import io.dflockd.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.protocol.RaftClientReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ShadowEngineTest {
    private static final long SEED = System.nanoTime();
    private static final int MIB = 1 << 20;

    @TempDir private Path folder;
    private final ExecutorService events = Executors.newSingleThreadExecutor();
    private final CopyOnWriteArrayList<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Batches batches = new Batches(SEED);
    private final EngineApplier applier = new EngineApplier(batches.history.limits());
    private final LogMachine machine = new LogMachine(applier, Engine::readSnapshot, List::of, events,
            failures::add, (batch, bytes, checkpoint) -> {});

    @AfterEach
    void stop() {
        events.shutdownNow();
    }

    /** From the beginning, and from a snapshot, while the first goes on. */
    @Test
    void theSecondEngineEqualsTheFirstOctetForOctet() throws Exception {
        try (var voter = start()) {
            submit(voter, 20);
            assertFollows(voter, machine.shadow());
            submit(voter, 20);
            assertFollows(voter, machine.shadow());
            assertThat(machine.snapshots().latest()).isPresent();
            assertThat(failures).isEmpty();
        }
    }

    /** What is applied meanwhile comes from another thread, which goes on until the two were compared. */
    private void assertFollows(OneVoter voter, ShadowEngine shadow) throws Exception {
        var isCompared = new AtomicBoolean();
        var other = CompletableFuture.runAsync(() -> {
            try {
                while (!isCompared.get()) {
                    submit(voter, 1);
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        long from = applier.batches;
        await(() -> applier.batches > from + 5);
        LogMachine.Position to;
        SnapshotStorage.Stored live;
        do { // until nothing comes between the two
            to = machine.position();
            live = machine.writeSnapshot();
        } while (!live.head().equals(to.head()));

        assertThat(shadow.follow(machine.log()::get, to, () -> false)).isTrue();

        assertThat(octets(shadow.engine())).as("seed " + SEED)
                .isEqualTo(octets(SnapshotFile.read(live.path(), Engine::readSnapshot)));
        isCompared.set(true);
        other.get(20, TimeUnit.SECONDS);
    }

    @Test
    void whatLeadsElsewhereIsNotWritten() throws Exception {
        try (var voter = start()) {
            submit(voter, 20);
            var to = machine.position();
            var wrong = new LogMachine.Position(to.head(), to.digest() ^ 1);

            assertThatThrownBy(() -> machine.shadow().follow(machine.log()::get, wrong, () -> false))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("leads to another state");
            assertThat(machine.shadow().follow(machine.log()::get, to, () -> true)).as("it was to stop").isFalse();
        }
    }

    /** The plan chooses the second engine for a large state; what it writes is as good as the log. */
    @Test
    void aLargeStateIsWrittenWhileActionsGoOn(TestReporter reporter) throws Exception {
        var nanos = new AtomicLong();
        var data = folder.resolve("data");
        byte[] octets;
        try (var node = new JournalOnFolder(data, new EngineApplier(WIDE), nanos, 1).begin()) {
            long[] longest = {0, System.nanoTime()};
            node.applier.before = action -> {
                longest[0] = Math.max(longest[0], System.nanoTime() - longest[1]);
                longest[1] = System.nanoTime();
            };
            var value = "v".repeat(MIB / 2);
            for (int i = 0; i < 140; i++) {
                set(node, i, "key" + i % 40, value);
            }
            assertThat(node.applier.engine().bytes()).isGreaterThan(LogRoom.OF_THIS_PROCESS.copiedBytes());
            longest[0] = 0;
            int more = 0;
            while (snapshots(data) == 0) {
                set(node, more++, "small" + more % 1_000, "w" + more);
                assertThat(more).isLessThan(1_000_000);
            }
            reporter.publishEntry(
                    "beside a shadow of %d MiB: %d actions one after another, at most %d ms between two".formatted(
                            node.applier.engine().bytes() / MIB, more, longest[0] / 1_000_000));
            node.close();
            octets = node.applier.octets();
            assertThat(node.failures).isEmpty();
        }
        var next = new EngineApplier(WIDE);
        var before = new byte[1][];
        next.before = action -> {
            if (action.command() instanceof Command.OpenTerm) {
                try {
                    before[0] = next.octets();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        try (var node = new JournalOnFolder(data, next, nanos, 2).begin()) {
            assertThat(node.applier.events).containsExactly("replace", "lead");
            assertThat(before[0]).isEqualTo(octets);
        }
    }

    /** A close does not wait for a long log to be read, and what was begun is not there afterwards. */
    @Test
    void whatIsBeingWrittenIsGivenUpAtTheEnd() throws Exception {
        var nanos = new AtomicLong();
        var data = folder.resolve("data");
        try (var node = new JournalOnFolder(data, new EngineApplier(WIDE), nanos, 1).begin()) {
            var value = "v".repeat(MIB / 2);
            for (int i = 0; i < 135; i++) {
                node.journal.submit(ask(i, new Command.SetValue("key" + i % 40, value, 0)));
                node.journal.endTurn();
            }
            node.close();
            assertThat(node.failures).isEmpty();
        }
        try (var node = new JournalOnFolder(data, new EngineApplier(WIDE), nanos, 1).begin()) {
            assertThat(node.applier.engine().census().values()).isEqualTo(40);
        }
    }

    private static void set(JournalOnFolder node, long request, String key, String value) {
        node.apply(ask(request, new Command.SetValue(key, value, Duration.ofHours(1).toMillis())));
    }

    private static long snapshots(Path data) {
        return LiveFolder.names(data).filter(name -> SnapshotFile.NAME.matcher(name).matches()).count();
    }

    private OneVoter start() throws Exception {
        var voter = new OneVoter(folder.resolve("log"), machine);
        await(() -> applier.term >= 0);
        return voter;
    }

    private void submit(OneVoter voter, int count) throws Exception {
        CompletableFuture<RaftClientReply> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < count; i++) {
            last = voter.submit(batches.next(applier.term));
        }
        assertThat(last.get(20, TimeUnit.SECONDS).isSuccess()).isTrue();
    }

    private static byte[] octets(Engine engine) throws IOException {
        var octets = new ByteArrayOutputStream();
        engine.writeSnapshot(new DataOutputStream(octets));
        return octets.toByteArray();
    }

    private static void await(JournalOnFolder.Condition condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
