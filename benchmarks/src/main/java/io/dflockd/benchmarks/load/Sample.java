package io.dflockd.benchmarks.load;

import org.HdrHistogram.Histogram;

/** What one thread saw. Belongs to it until it has ended. */
final class Sample {
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 2;

    private final Histogram latencies = newHistogram();
    private long operations;

    static Histogram newHistogram() {
        return new Histogram(LONGEST_NANOS, DIGITS);
    }

    void add(long nanos) {
        operations++;
        addLatency(nanos);
    }

    void addLatency(long nanos) {
        latencies.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
    }

    void addOperations(long count) {
        operations += count;
    }

    long operations() {
        return operations;
    }

    Histogram latencies() {
        return latencies;
    }
}
