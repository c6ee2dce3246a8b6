package io.dflockd.engine;

import java.io.IOException;

/** By what the engine decides: the number of its rules, and its limits. Comes first, because all else is read under it. */
final class RulesSnapshot {
    private RulesSnapshot() {}

    static void write(Engine engine, SnapshotOutput out) throws IOException {
        out.number(engine.rules());
        var limits = engine.limits();
        out.number(limits.maxLocks());
        out.number(limits.maxWaiters());
        out.number(limits.maxKeys());
        out.number(limits.maxListLength());
        out.number(limits.maxSubscriptions());
        out.number(limits.maxBytes());
        out.number(limits.maxAnswerBytes());
        out.number(limits.maxSessions());
        out.number(limits.maxGraceMs());
        out.flag(limits.releasesOnEnd());
        out.number(limits.gcIntervalMs());
        out.number(limits.gcMaxIdleMs());
    }

    /** An empty engine under the rules and limits of the one that was written. */
    static Engine read(SnapshotInput in, int slice) throws IOException {
        long rules = in.number();
        if (!Engine.supports(rules)) {
            throw new IOException("snapshot was written under rules " + rules + ", this program knows rules "
                    + Engine.OLDEST_RULES + " to " + Engine.NEWEST_RULES);
        }
        try {
            var limits = new EngineLimits(
                    count(in),
                    count(in),
                    count(in),
                    count(in),
                    count(in),
                    in.number(),
                    in.number(),
                    count(in),
                    in.number(),
                    in.flag(),
                    in.number(),
                    in.number());
            return new Engine(limits, 0, slice, (int) rules);
        } catch (IllegalArgumentException e) {
            throw new IOException("broken snapshot: " + e.getMessage(), e);
        }
    }

    private static int count(SnapshotInput in) throws IOException {
        long count = in.number();
        if (count != (int) count) {
            throw new IOException("broken snapshot: a limit of " + count);
        }
        return (int) count;
    }
}
