package io.dflockd.acceptance.cluster;

import java.util.concurrent.TimeUnit;

/** How long a client that asks all the time went without an answer after a fault. Thread-safe. */
final class Silence {
    private long fault;
    private long last;
    private long longest;
    private long endOfLongest;

    /** From now on. */
    synchronized void begin(long now) {
        fault = now;
        last = now;
        longest = 0;
        endOfLongest = now;
    }

    synchronized void answered(long now) {
        if (now - last > longest) {
            longest = now - last;
            endOfLongest = now;
        }
        last = Math.max(last, now);
    }

    /** From the fault to the first answer behind the longest silence, which is that of the next leader. */
    synchronized double untilServedMs() {
        return (endOfLongest - fault) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** Whether an answer came after that time. */
    synchronized boolean hasAnswerAfter(long time) {
        return last - time > 0;
    }
}
