package io.dflockd.engine;

/** How often something took how long, in steps of four times as much from a millisecond to more than an hour. */
public final class Histogram {
    /** How many bounds there are: the last is 4^11 ms, 70 minutes. What took longer is counted behind it. */
    public static final int BOUNDS = 12;

    private final long[] counts = new long[BOUNDS + 1];
    private long sumMs;

    /** So long, at most, took what is counted at this index. */
    public static long boundMs(int index) {
        return 1L << (2 * index);
    }

    void add(long ms) {
        add(ms, 1);
    }

    /** Counts so many at once that each took so long. */
    void add(long ms, long times) {
        counts[indexOf(ms)] += times;
        sumMs += ms * times;
    }

    /** How many took no longer than the bound of this index and longer than the one before; the last has no bound. */
    public long count(int index) {
        return counts[index];
    }

    public long sumMs() {
        return sumMs;
    }

    Histogram copy() {
        var copy = new Histogram();
        System.arraycopy(counts, 0, copy.counts, 0, counts.length);
        copy.sumMs = sumMs;
        return copy;
    }

    private static int indexOf(long ms) {
        if (ms <= 1) {
            return 0;
        }
        int bits = Long.SIZE - Long.numberOfLeadingZeros(ms - 1);
        return Math.min(BOUNDS, (bits + 1) / 2);
    }
}
