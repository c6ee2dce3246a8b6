package io.dflockd.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One random history against one engine, with every invariant after every entry. Every so often a copy that is restored
 * from a snapshot takes the engine's place beside it, and from then on both must do the same.
 */
public final class CheckedRun {
    /** So many on average: it comes at random. */
    private static final int ENTRIES_BETWEEN_SNAPSHOTS = 50;
    private static final int ENTRIES_BETWEEN_SNAPSHOTS_IN_CHORES = 5;

    /** What is due may decide answers before an acknowledgement is looked at; wrong ones are far above that. */
    private static final int MOST_DECIDED_IN_ONE_STEP = 200;

    private final long seed;
    private final SplittableRandom random;
    private final Recorder recorder = new Recorder();
    private final RandomHistory history;
    private final EngineLimits limits;
    private final Engine engine;
    private Engine twin;
    private final List<Entry> entries = new ArrayList<>();
    private final List<List<Record>> effects = new ArrayList<>();
    private final List<Invariant> invariants;

    public CheckedRun(long seed) {
        this.seed = seed;
        random = new SplittableRandom(~seed);
        history = new RandomHistory(seed);
        limits = history.limits();
        engine = new Engine(limits, 0, history.slice());
        twin = new Engine(limits, 0, history.slice());
        invariants = Invariant.all(limits.releasesOnEnd(), history.slice());
    }

    /** Applies so many entries, and then ends everything. */
    public void run(int count) throws IOException {
        while (entries.size() < count) {
            apply(history.next(engine));
            int apart = engine.chores.isEmpty() ? ENTRIES_BETWEEN_SNAPSHOTS : ENTRIES_BETWEEN_SNAPSHOTS_IN_CHORES;
            if (random.nextInt(apart) == 0) {
                replaceTwin();
            }
        }
        for (var entry = history.nextOfTheEnd(engine); entry != null; entry = history.nextOfTheEnd(engine)) {
            apply(entry);
        }
        requireEmpty();
    }

    Engine newEngine() {
        return new Engine(limits, 0, history.slice());
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
            boolean taken = isToBeTaken(entry, engine);
            var came = recorder.apply(engine, entry);
            effects.add(came);
            history.learn(entry, came, engine);
            var applied = new Invariant.Applied(entry, taken, came, engine);
            invariants.forEach(invariant -> invariant.check(applied));
            var twins = recorder.apply(twin, entry);
            Invariant.require(twins.equals(came), "the twin did " + twins + ", not " + came);
        } catch (RuntimeException | AssertionError e) {
            throw failure("entry " + entries.size() + ", " + entry, e);
        }
    }

    /** By the state before the entry: nobody who speaks for a session loses it by what comes due. */
    static boolean isToBeTaken(Entry entry, Engine engine) {
        if (entry.session() == entry.connection() || entry.command() instanceof Command.Detach) {
            return true;
        }
        var session = engine.sessions.find(entry.session());
        var resumption = session == null ? null : session.resumption;
        if (resumption == null || !session.receives() || resumption.connection != entry.connection()
                || entry.action().received() > resumption.owed.decided() + MOST_DECIDED_IN_ONE_STEP) {
            return false;
        }
        return entry.request() <= 0 || entry.request() == resumption.seen + 1;
    }

    private void replaceTwin() throws IOException {
        var bytes = Snapshots.bytesOf(engine);
        var copy = Snapshots.read(bytes, history.slice());
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
        var empty = new Engine(engine.limits(), engine.lastFence()).census();
        if (!engine.census().equals(empty)) {
            throw failure("something is left: " + engine.census(), null);
        }
        replaceTwin();
    }

    private AssertionError failure(String what, Throwable cause) {
        return new AssertionError("seed " + seed + ": " + what, cause);
    }
}
