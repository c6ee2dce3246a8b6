package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final EngineLimits LIMITS = Limits.wide();

    private static final long NAMED = 1_000;
    private static final Command DETACH = new Command.Detach(List.of(), 0);

    private final Recorder recorder = new Recorder();
    private long request;

    @Test
    void aRestoredEngineIsEqualAndGoesOnEqually() throws IOException {
        var engine = engineWithEverything();

        var restored = Snapshots.read(Snapshots.bytesOf(engine));

        assertThat(Snapshots.bytesOf(restored)).isEqualTo(Snapshots.bytesOf(engine));
        assertThat(restored.census()).isEqualTo(engine.census());
        assertThat(inventory(restored)).isEqualTo(inventory(engine));
        assertThat(restored.nextDeadlineMs()).isEqualTo(engine.nextDeadlineMs());
        for (var entry : whatComesNext()) {
            assertThat(recorder.apply(restored, entry)).isEqualTo(recorder.apply(engine, entry));
        }
        assertThat(Snapshots.bytesOf(restored)).isEqualTo(Snapshots.bytesOf(engine));
    }

    @Test
    void theFirstNoticeAfterARestoreReachesEverySubscriber() throws IOException {
        var engine = new Engine(LIMITS, 0);
        apply(engine, 0, 1, new Command.Watch("k"));
        apply(engine, 0, 1, new Command.Listen("c", ""));
        apply(engine, 0, 1, new Command.Signal("c", "before"));
        var restored = Snapshots.read(Snapshots.bytesOf(engine));

        var effects = new ArrayList<>(recorder.apply(restored, Entry.of(1, 2, 9, new Command.Signal("c", "after"))));
        effects.addAll(recorder.apply(restored, Entry.of(1, 2, 10, new Command.Increment("k", 1))));

        assertThat(effects)
                .containsExactly(
                        new Recorder.Push(1, new Notice.Signal("c", "after")),
                        new Recorder.Answer(2, 9, new Outcome.Count(1)),
                        new Recorder.Answer(2, 10, new Outcome.Count(1)),
                        new Recorder.Push(1, new Notice.Change(KeyEvent.INCR, "k")));
    }

    @Test
    void everyTruncationIsAnErrorAndNotAnotherState() throws IOException {
        var bytes = Snapshots.bytesOf(engineWithEverything());

        for (int length = 0; length < bytes.length; length++) {
            var truncated = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Snapshots.read(truncated)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void anotherFileIsNotTakenForASnapshot() {
        assertThatThrownBy(() -> Snapshots.read(new byte[100])).hasMessage("not a snapshot of dflockd");
    }

    private Engine engineWithEverything() {
        var engine = new Engine(LIMITS, 41);
        apply(engine, 0, 1, new Command.Acquire("lock", Mode.PERMIT, 1, 0, 30_000, false));
        apply(engine, 0, 2, new Command.Acquire("lock", Mode.PERMIT, 1, 9_000, 30_000, false));
        apply(engine, 0, 3, new Command.Enqueue("lock", Mode.PERMIT, 1, 30_000, false));
        apply(engine, 0, 3, new Command.Enqueue("free", Mode.PERMIT, 1, 30_000, false));
        apply(engine, 0, 3, new Command.Enqueue("lapsed", Mode.PERMIT, 1, 100, false));
        apply(engine, 0, 4, new Command.Acquire("idle b", Mode.PERMIT, 2, 0, 200, false));
        apply(engine, 0, 4, new Command.Acquire("idle a", Mode.WRITE, 0, 0, 100, false));
        apply(engine, 0, 4, new Command.Acquire("doc", Mode.READ, 0, 0, 30_000, false));
        apply(engine, 0, 5, new Command.Acquire("doc", Mode.READ, 0, 0, 40_000, false));
        apply(engine, 0, 6, new Command.Acquire("kept", Mode.LEADERSHIP, 1, 0, 30_000, false));
        apply(engine, 0, 6, new Command.Keep("kept", Token.format(engine.lastFence(), saltOf(request)), 30_000, false));
        apply(engine, 0, 6, DETACH);
        apply(engine, 0, 1, new Command.Increment("zero b", 0));
        apply(engine, 0, 1, new Command.Increment("zero a", 0));
        apply(engine, 0, 1, new Command.Increment("n", 7));
        apply(engine, 0, 1, new Command.GetCounter("zero b"));
        apply(engine, 0, 1, new Command.SetValue("v", "\u00ff\0", 60_000));
        apply(engine, 0, 1, new Command.SetValue("w", "for ever", 0));
        apply(engine, 0, 1, new Command.Push("l", End.RIGHT, "one"));
        apply(engine, 0, 1, new Command.Push("l", End.RIGHT, "two"));
        apply(engine, 0, 7, new Command.BlockingPop("q2", End.LEFT, 9_000));
        apply(engine, 0, 7, new Command.BlockingPop("q1", End.RIGHT, 9_000));
        apply(engine, 0, 7, new Command.AwaitBarrier("b", 3, 9_000));
        for (long session = 8; session <= 10; session++) {
            apply(engine, 0, session, new Command.Listen("jobs.*", "workers"));
            apply(engine, 0, session, new Command.Listen("jobs.>", ""));
            apply(engine, 0, session, new Command.Watch("n"));
            apply(engine, 0, session, new Command.Observe("kept"));
        }
        apply(engine, 0, 1, new Command.Signal("jobs.a", "turn"));
        applyNamed(engine);
        apply(engine, 1_000, 0, new Command.Tick());
        return engine;
    }

    /** A session that is owed answers of all kinds and is away. */
    private void applyNamed(Engine engine) {
        apply(engine, 0, 20, new Command.Introduce("alice", true));
        apply(engine, 0, 20, new Command.Attach(NAMED, "name", 20_000));
        var token = Token.format(engine.lastFence() + 1, 0x5a17);
        long number = 0;
        for (var command : List.<Command>of(
                new Command.Acquire("owed", Mode.WRITE, 0, 0, 30_000, true),
                new Command.Enqueue("owed too", Mode.PERMIT, 1, 30_000, false),
                new Command.Enqueue("lock", Mode.PERMIT, 1, 30_000, false),
                new Command.Pop("l", End.LEFT),
                new Command.Pop("nothing", End.LEFT),
                new Command.Ping(),
                new Command.Refuse(Refusal.DENIED),
                new Command.Increment("n", 1),
                new Command.SwapValue("v", "other", "x", 0),
                new Command.Acquire("lock", Mode.PERMIT, 1, 0, 30_000, false),
                new Command.Renew("owed", token, 30_000, true),
                new Command.Downgrade("owed", token, 30_000, true),
                new Command.GetCounter("n"),
                new Command.GetValue("v"),
                new Command.ListLength("l"),
                new Command.ListRange("l", 0, -1),
                new Command.ListHolders("owed", 5),
                new Command.Listen("jobs.*", "workers"),
                new Command.BlockingPop("q3", End.LEFT, 9_000))) {
            recorder.apply(engine, new Entry(0, new Action(0x5a17, 20, NAMED, ++number, 0, command)));
        }
        recorder.apply(engine,
                new Entry(0, new Action(0x5a18, 20, NAMED, -1, 0, new Command.Await("lock", 9_000, false))));
        recorder.apply(engine, new Entry(0, new Action(0, 20, NAMED, 0, 0, new Command.Detach(List.of(), 3))));
        apply(engine, 0, 1, new Command.Signal("jobs.b", "missed"));
    }

    private List<Entry> whatComesNext() {
        return List.of(
                entry(1_000, 1, new Command.Signal("jobs.a", "turn")),
                entry(1_000, 3, new Command.Await("lapsed", 0, false)),
                entry(1_000, 3, new Command.Await("free", 0, false)),
                entry(1_000, 1, DETACH),
                entry(1_000, 11, new Command.Push("q1", End.LEFT, "x")),
                entry(2_000, 11, new Command.Increment("n", 1)),
                entry(3_000, 21, new Command.Push("q3", End.LEFT, "y")),
                entry(9_000, 0, new Command.Tick()),
                entry(9_000, 21, new Command.Attach(NAMED + 1, "name", 1)),
                new Entry(9_000,
                        new Action(1, 21, NAMED, 20, 19, new Command.Acquire("owed", Mode.WRITE, 0, 0, 1, false))),
                new Entry(9_000, new Action(1, 21, NAMED, 0, 0, DETACH)),
                entry(30_000, 0, new Command.Tick()),
                entry(31_000, 3, new Command.Await("lock", 1_000, false)),
                entry(45_000, 0, new Command.Drain()),
                entry(61_000, 0, new Command.Tick()),
                entry(200_000, 0, new Command.Tick()));
    }

    private void apply(Engine engine, long timeMs, long connection, Command command) {
        recorder.apply(engine, entry(timeMs, connection, command));
    }

    private Entry entry(long timeMs, long connection, Command command) {
        request++;
        return new Entry(timeMs, new Action(saltOf(request), connection, connection, request, 0, command));
    }

    private static Inventory inventory(Engine engine) {
        var walk = new InventoryWalk(100);
        boolean done = false;
        while (!done) {
            done = walk.step(engine, engine.nowMs());
        }
        return walk.inventory(engine);
    }

    private static long saltOf(long request) {
        return 0x5a17 + request;
    }
}
