package io.dflockd.cli.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What the workers of a run share: how far it is, and the latencies that they saw. Thread-safe. */
final class Meter {
    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int DIGITS = 3;
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A few, so that workers seldom meet, and not one each, which thousands of them would fill the memory with. */
    private final Recorder[] recorders = new Recorder[Runtime.getRuntime().availableProcessors()];
    private final Failures failures = new Failures();
    private final CountDownLatch over = new CountDownLatch(1);
    private final boolean isLimited;
    private final AtomicLong left;
    private volatile boolean measured;
    private volatile long startedAt;
    private volatile long endedAt;

    /** @param operations to measure at most; 0 for no such end */
    Meter(long operations) {
        isLimited = operations > 0;
        left = new AtomicLong(operations);
        for (int i = 0; i < recorders.length; i++) {
            recorders[i] = new Recorder(LONGEST_NANOS, DIGITS);
        }
    }

    Failures failures() {
        return failures;
    }

    boolean isRunning() {
        return over.getCount() > 0;
    }

    /** Counts from now on. */
    void measure() {
        startedAt = System.nanoTime();
        measured = true;
    }

    synchronized void end() {
        if (endedAt == 0) {
            endedAt = System.nanoTime();
        }
        over.countDown();
    }

    /** Waits for the end of the run; false if it goes on after this time. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return over.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts an operation, if the run is being measured. The last one that is wanted ends it. */
    void done(int worker, long nanos) {
        if (!measured || !isRunning()) {
            return;
        }
        long rest = isLimited ? left.getAndDecrement() : Long.MAX_VALUE;
        if (rest > 0) {
            recorders[worker % recorders.length].recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
        }
        if (rest == 1) {
            end();
        }
    }

    /** The latencies since this was called last. */
    Histogram interval() {
        var interval = newHistogram();
        for (var recorder : recorders) {
            interval.add(recorder.getIntervalHistogram());
        }
        return interval;
    }

    static Histogram newHistogram() {
        return new Histogram(LONGEST_NANOS, DIGITS);
    }

    double measuredSeconds() {
        long end = isRunning() ? System.nanoTime() : endedAt;
        return measured ? Math.max(0, end - startedAt) / NANOS : 0;
    }
}
