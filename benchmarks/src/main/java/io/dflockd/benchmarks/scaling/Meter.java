package io.dflockd.benchmarks.scaling;

import org.HdrHistogram.Histogram;

/** Counts operations and how long each took. */
final class Meter {
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 2;
    private static final double NANOS_PER_MICRO = 1000;

    private final Histogram latencies = new Histogram(LONGEST_NANOS, DIGITS);

    /** Notes an operation that began at this time of {@link System#nanoTime} and has just ended. */
    void ended(long startedAt) {
        latencies.recordValue(Math.clamp(System.nanoTime() - startedAt, 0, LONGEST_NANOS));
    }

    long operations() {
        return latencies.getTotalCount();
    }

    /** The latency that so many of a hundred operations do not exceed. */
    double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }
}
