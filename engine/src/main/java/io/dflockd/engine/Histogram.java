package io.dflockd.engine;

/** How often something took how long, in steps of four times as much. Not thread-safe. */
public final class Histogram {
    /** How many bounds there are. What took longer than the last is counted behind it. */
    public static final int BOUNDS = 12;

    private static final int BITS_OF_A_STEP = 2;
    private static final int MICROS_BITS = 16;

    private final int firstBits;
    private final long[] counts = new long[BOUNDS + 1];
    private long sum;

    private Histogram(int firstBits) {
        this.firstBits = firstBits;
    }

    /** From 1 ms to 70 minutes, which are 4^11 ms. */
    public static Histogram ofMs() {
        return new Histogram(0);
    }

    /** From 65 microseconds, which are 2^16 ns, to more than 4 minutes. */
    public static Histogram ofNanos() {
        return new Histogram(MICROS_BITS);
    }

    public void add(long duration) {
        add(duration, 1);
    }

    /** Counts so many at once that each took so long. */
    void add(long duration, long times) {
        counts[indexOf(duration)] += times;
        sum += duration * times;
    }

    /** So long, at most, took what is counted at this index. */
    public long bound(int index) {
        return 1L << (firstBits + BITS_OF_A_STEP * index);
    }

    /** How many took no longer than the bound of this index and longer than the one before; the last has no bound. */
    public long count(int index) {
        return counts[index];
    }

    public long sum() {
        return sum;
    }

    public Histogram copy() {
        var copy = new Histogram(firstBits);
        System.arraycopy(counts, 0, copy.counts, 0, counts.length);
        copy.sum = sum;
        return copy;
    }

    private int indexOf(long duration) {
        if (duration <= 1L << firstBits) {
            return 0;
        }
        int bits = Long.SIZE - Long.numberOfLeadingZeros(duration - 1);
        return Math.min(BOUNDS, (bits - firstBits + 1) / BITS_OF_A_STEP);
    }
}
