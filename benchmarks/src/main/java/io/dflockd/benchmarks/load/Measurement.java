package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.target.Garbage;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What a run showed.
 *
 * @param operations what was done in the measured time
 * @param latencies in nanoseconds
 * @param cpuSeconds what the server used meanwhile
 * @param garbage what the server left meanwhile, where that was watched
 * @param notes what this workload alone measures
 */
public record Measurement(
        long operations,
        double seconds,
        Histogram latencies,
        double cpuSeconds,
        Optional<Garbage> garbage,
        Map<String, Double> notes) {
    private static final double NANOS_PER_MICRO = 1000;
    private static final double CPU_OPERATIONS = 100_000;

    /** Where nobody watched the garbage. */
    public Measurement(
            long operations, double seconds, Histogram latencies, double cpuSeconds, Map<String, Double> notes) {
        this(operations, seconds, latencies, cpuSeconds, Optional.empty(), notes);
    }

    public double rate() {
        return operations / seconds;
    }

    /** The latency that so many of a hundred operations do not exceed. */
    public double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }

    /** The server's processor time for a hundred thousand operations. */
    public double cpuSecondsPer100k() {
        return cpuSeconds / operations * CPU_OPERATIONS;
    }

    /** What the server allocated for each operation; not a number where nobody watched. */
    public double allocatedBytes() {
        return garbage.map(all -> (double) all.allocatedBytes() / operations).orElse(Double.NaN);
    }
}
