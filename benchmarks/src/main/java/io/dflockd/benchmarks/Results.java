package io.dflockd.benchmarks;

import io.dflockd.benchmarks.load.Measurement;
import io.dflockd.benchmarks.load.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** What the rounds of one workload showed, by the name of the target. */
record Results(Workload workload, Map<String, List<Measurement>> byTarget) {
    Results(Workload workload) {
        this(workload, new LinkedHashMap<>());
    }

    void add(String target, Measurement measurement) {
        byTarget.computeIfAbsent(target, newTarget -> new ArrayList<>()).add(measurement);
    }

    double median(String target, ToDoubleFunction<Measurement> figure) {
        return median(measurements(target).stream().mapToDouble(figure).toArray());
    }

    double least(String target, ToDoubleFunction<Measurement> figure) {
        return measurements(target).stream().mapToDouble(figure).min().orElseThrow();
    }

    double most(String target, ToDoubleFunction<Measurement> figure) {
        return measurements(target).stream().mapToDouble(figure).max().orElseThrow();
    }

    /** The median, over the rounds, of one target's rate over another's in the same round. */
    OptionalDouble ratio(String target, String to) {
        var ones = measurements(target);
        var others = measurements(to);
        int rounds = Math.min(ones.size(), others.size());
        if (rounds == 0) {
            return OptionalDouble.empty();
        }
        var ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            ratios[i] = ones.get(i).rate() / others.get(i).rate();
        }
        return OptionalDouble.of(median(ratios));
    }

    /** Whether every round says what garbage the server of this target left. */
    boolean isGarbageKnown(String target) {
        return measurements(target).stream().allMatch(measurement -> measurement.garbage().isPresent());
    }

    private List<Measurement> measurements(String target) {
        return byTarget.getOrDefault(target, List.of());
    }

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
