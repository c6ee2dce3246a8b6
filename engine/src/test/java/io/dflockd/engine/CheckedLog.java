package io.dflockd.engine;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every invariant after every action of a history that somebody else makes, as a driver does: to whoever has an order of
 * actions, from a log for instance. The numbers of connections and sessions are given anew, as the invariants tell from them
 * which sessions have names.
 */
public final class CheckedLog {
    private static final int LATEST = 12;

    private final Engine engine;
    private final Recorder recorder = new Recorder();
    private final List<Invariant> invariants;
    private final Map<Long, Long> connections = new LinkedHashMap<>();
    private final Map<Long, Long> sessions = new LinkedHashMap<>();
    private final ArrayDeque<Entry> latest = new ArrayDeque<>();

    /** For engines whose steps do so much. */
    public CheckedLog(EngineLimits limits, int slice) {
        engine = new Engine(limits, 0, slice);
        invariants = Invariant.all(limits.releasesOnEnd(), slice);
    }

    /** Throws an {@link AssertionError} that names the latest actions where something does not hold. */
    public void apply(long timeMs, Action action) {
        var entry = new Entry(timeMs, renumbered(action));
        latest.add(entry);
        if (latest.size() > LATEST) {
            latest.remove();
        }
        try {
            boolean taken = CheckedRun.isToBeTaken(entry, engine);
            var came = recorder.apply(engine, entry);
            var applied = new Invariant.Applied(entry, taken, came, engine);
            invariants.forEach(invariant -> invariant.check(applied));
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(e.getMessage() + ", after " + latest, e);
        }
    }

    /** The engine that all was applied to. Its sessions have other numbers than those of the history. */
    public Engine engine() {
        return engine;
    }

    private Action renumbered(Action action) {
        if (action.connection() == Action.DRIVER) {
            return action;
        }
        long connection = connectionOf(action.connection());
        long session = action.session() == action.connection()
                ? connection
                : action.session() == 0 ? 0 : sessionOf(action.session());
        var command = action.command() instanceof Command.Attach attach
                ? new Command.Attach(sessionOf(attach.number()), attach.name(), attach.graceMs())
                : action.command();
        return new Action(action.salt(), connection, session, action.request(), action.received(), command);
    }

    private long connectionOf(long number) {
        return connections.computeIfAbsent(number, unknown -> connections.size() + 1L);
    }

    private long sessionOf(long number) {
        return sessions.computeIfAbsent(number, unknown -> RandomHistory.FIRST_NAMED + sessions.size());
    }
}
