package io.dflockd.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One random history against one engine, with every invariant after every entry. Every so often a copy that is restored
 * from a snapshot takes the engine's place beside it, and from then on both must do the same.
 */
final class CheckedRun {
    private static final int ENTRIES_BETWEEN_SNAPSHOTS = 50;

    private final long seed;
    private final RandomHistory history;
    private final EngineLimits limits;
    private final Engine engine;
    private Engine twin;
    private final List<Entry> entries = new ArrayList<>();
    private final List<List<Record>> effects = new ArrayList<>();
    private final List<Invariant> invariants;

    CheckedRun(long seed) {
        this.seed = seed;
        history = new RandomHistory(seed);
        limits = history.limits();
        engine = new Engine(limits, 0);
        twin = new Engine(limits, 0);
        invariants = List.of(
                new HoldersFit(),
                new FencesRise(),
                new QueuesAreFair(),
                new GrantsAsClientsSeeThem(),
                new AnswersComeOnce(),
                new NothingIsOverdue(limits),
                new ListValuesAreKept(),
                new BarriersTripTogether(),
                new ReadsSeeTheLatestWrite(),
                new CopiesMatchSubscriptions());
    }

    /** Applies so many entries, and then ends everything. */
    void run(int count) throws IOException {
        while (entries.size() < count) {
            apply(history.next(engine));
            if (entries.size() % ENTRIES_BETWEEN_SNAPSHOTS == 0) {
                replaceTwin();
            }
        }
        for (var entry = history.nextOfTheEnd(engine); entry != null; entry = history.nextOfTheEnd(engine)) {
            apply(entry);
        }
        requireEmpty();
    }

    EngineLimits limits() {
        return limits;
    }

    Engine engine() {
        return engine;
    }

    List<Entry> entries() {
        return entries;
    }

    List<List<Record>> effects() {
        return effects;
    }

    private void apply(Entry entry) {
        entries.add(entry);
        try {
            var recorder = new Recorder();
            engine.apply(entry, recorder);
            var taken = recorder.take();
            effects.add(taken);
            history.learn(taken);
            var applied = new Invariant.Applied(entry, taken, engine);
            invariants.forEach(invariant -> invariant.check(applied));
            twin.apply(entry, recorder);
            Invariant.require(recorder.take().equals(taken), "the twin did something else");
        } catch (RuntimeException | AssertionError e) {
            throw failure("entry " + entries.size() + ", " + entry, e);
        }
    }

    private void replaceTwin() throws IOException {
        var bytes = Snapshots.bytesOf(engine);
        var copy = Snapshots.read(bytes, limits);
        boolean same = Arrays.equals(bytes, Snapshots.bytesOf(twin))
                && Arrays.equals(bytes, Snapshots.bytesOf(copy))
                && copy.census().equals(engine.census())
                && copy.nextDeadlineMs() == engine.nextDeadlineMs();
        if (!same) {
            throw failure("after entry " + entries.size() + " the twin or the copy differs", null);
        }
        twin = copy;
    }

    private void requireEmpty() throws IOException {
        var empty = new Engine(limits, engine.lastFence()).census();
        if (!engine.census().equals(empty)) {
            throw failure("something is left: " + engine.census(), null);
        }
        replaceTwin();
    }

    private AssertionError failure(String what, Throwable cause) {
        return new AssertionError("seed " + seed + ": " + what, cause);
    }
}
