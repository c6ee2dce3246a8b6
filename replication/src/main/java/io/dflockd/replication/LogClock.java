package io.dflockd.replication;

import java.util.function.LongSupplier;

/**
 * The time of the log while this node leads. It goes on from where it stood, no faster than real time, and first stands
 * still for a while in which clients find the new leader: so whatever ends at a time ends no earlier than promised.
 * Not thread-safe. Public for the simulation, whose log keeps time by the same rule.
 */
public final class LogClock {
    /** How long the time stands still when a term begins. */
    static final long HOLD_BACK_MS = 2_000;

    private static final long NANOS_PER_MS = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final LongSupplier nanoTime;
    private long base;
    private long startedAt;
    private long latest;

    /** A clock that stands at 0 until {@link #start}. */
    public LogClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        startedAt = nanoTime.getAsLong();
    }

    /** A term begins in which this node leads. {@code engineMs}: the engine's time when all of earlier terms is applied. */
    public void start(long engineMs) {
        base = engineMs;
        latest = engineMs;
        startedAt = nanoTime.getAsLong();
    }

    /** The time of a batch that is sealed now. */
    public long nowMs() {
        long elapsedMs = (nanoTime.getAsLong() - startedAt) / NANOS_PER_MS;
        latest = Math.max(latest, base + Math.max(0, elapsedMs - HOLD_BACK_MS));
        return latest;
    }

    /** How long it takes until this is the time; 0 where it is past, {@link Long#MAX_VALUE} where that is in no lifetime. */
    public long nanosUntil(long timeMs) {
        if (timeMs <= latest) {
            return 0;
        }
        long laterMs = timeMs - base;
        if (laterMs > NEVER / NANOS_PER_MS - HOLD_BACK_MS) {
            return NEVER;
        }
        return Math.max(0, (laterMs + HOLD_BACK_MS) * NANOS_PER_MS - (nanoTime.getAsLong() - startedAt));
    }
}
