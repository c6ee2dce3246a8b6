package io.dflockd.benchmarks.load;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run showed.
 *
 * @param operations what was done in the measured time
 * @param latencies in nanoseconds
 * @param cpuSeconds what the server used meanwhile
 * @param notes what this workload alone measures
 */
public record Measurement(
        long operations, double seconds, Histogram latencies, double cpuSeconds, Map<String, Double> notes) {
    private static final double NANOS_PER_MICRO = 1000;
    private static final double CPU_OPERATIONS = 100_000;

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
}
