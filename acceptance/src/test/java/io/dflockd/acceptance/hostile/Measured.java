package io.dflockd.acceptance.hostile;

import java.util.Arrays;

/** Times that one thread adds up. */
final class Measured {
    private long[] nanos = new long[1 << 12];
    private int count;

    void add(long time) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = time;
    }

    int count() {
        return count;
    }

    /** So many of a hundred took no longer; zero where there are none. 100 is the longest. */
    long percentile(int percent) {
        if (count == 0) {
            return 0;
        }
        var sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[Math.min(count - 1, count * percent / 100)];
    }
}
