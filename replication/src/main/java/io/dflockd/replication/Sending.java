package io.dflockd.replication;

import java.time.Duration;

/**
 * When the next part of a snapshot may be sent, to whichever follower, and which is being sent. Ratis keeps each part that it
 * sends in memory until the time for its answer would be over, also when the answer came long ago: sent as fast as a network
 * takes it, a snapshot would be in the heap as a whole. So there are only so many parts in that time, at equal distances.
 */
final class Sending {
    /** How many it sends without an answer. */
    static final int UNDER_WAY = 2;
    /**
     * How long it waits for an answer, for each of those; then it begins anew. So it is also how fast a snapshot may be sent: a
     * cluster of which all but one are behind does nothing until another has it.
     */
    static final Duration ANSWER = Duration.ofSeconds(1);

    /** Whoever has taken no part for so long is not being sent the snapshot any more, or has also read it. */
    private static final long OVER_NANOS = Duration.ofSeconds(30).toNanos();

    /** The log is not kept longer than so for one of them: to one that never takes it whole, it would be for ever. */
    private static final long LONGEST_NANOS = Duration.ofMinutes(2).toNanos();

    private final long distanceNanos;
    private long nextAt;
    private long firstAt;
    private long lastAt;
    private long index = Long.MAX_VALUE;

    /**
     * It begins at a time of a clock that counts nanoseconds from anywhere.
     *
     * @param kept how many parts Ratis may keep
     */
    Sending(long nanoTime, int kept) {
        distanceNanos = ANSWER.toNanos() * UNDER_WAY / kept;
        nextAt = nanoTime;
    }

    /** Takes the next place in the row, for a part; returns how many nanoseconds are left until then. */
    synchronized long take(long nanoTime) {
        long at = nextAt - nanoTime > 0 ? nextAt : nanoTime;
        nextAt = at + distanceNanos;
        return at - nanoTime;
    }

    /** A follower has a part of the snapshot up to this index. One that is sent parts and does not answer may be gone. */
    synchronized void answered(long ofIndex, long nanoTime) {
        if (index(nanoTime) == Long.MAX_VALUE) {
            firstAt = nanoTime;
            index = ofIndex;
        }
        lastAt = nanoTime;
    }

    /** Behind this one the log is needed by whoever is being sent a snapshot; {@link Long#MAX_VALUE} where nobody is. */
    synchronized long index(long nanoTime) {
        if (nanoTime - lastAt > OVER_NANOS || nanoTime - firstAt > LONGEST_NANOS) {
            index = Long.MAX_VALUE;
        }
        return index;
    }
}
