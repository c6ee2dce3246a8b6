package io.dflockd.benchmarks.target;

import java.util.List;

/**
 * What a JVM allocated, and for how long its collector stopped it.
 *
 * @param allocatedBytes by all threads, those that have ended too
 * @param pausesMs in their order
 */
public record Garbage(long allocatedBytes, List<Double> pausesMs) {
    public Garbage {
        pausesMs = List.copyOf(pausesMs);
    }

    /** The part that came after an earlier look at the same JVM. */
    public Garbage since(Garbage earlier) {
        return new Garbage(
                allocatedBytes - earlier.allocatedBytes, pausesMs.subList(earlier.pausesMs.size(), pausesMs.size()));
    }

    public double pausedMs() {
        return pausesMs.stream().mapToDouble(Double::doubleValue).sum();
    }

    public double longestPauseMs() {
        return pausesMs.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
