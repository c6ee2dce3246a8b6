package io.dflockd.benchmarks;

import io.dflockd.benchmarks.load.Measurement;
import io.dflockd.benchmarks.target.Targets;
import java.util.Locale;
import java.util.OptionalDouble;

/** The results of one workload as a table in Markdown. */
final class Table {
    private static final String HEAD = """
            | target | operations/s | least–most | of floor | of Redis | p50 µs | p99 µs | server CPU s per 100,000 |
            |---|---|---|---|---|---|---|---|
            """;

    private Table() {}

    static String of(Results results) {
        var text = new StringBuilder();
        var workload = results.workload();
        text.append("### ").append(workload.name()).append(": ").append(workload.description()).append("\n\n");
        text.append(HEAD);
        for (var target : results.byTarget().keySet()) {
            text.append(row(target, results));
        }
        notes(results, text);
        return text.append('\n').toString();
    }

    private static String row(String target, Results results) {
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f–%,.0f | %s | %s | %,.0f | %,.0f | %.2f |%n",
                target,
                results.median(target, Measurement::rate),
                results.least(target, Measurement::rate),
                results.most(target, Measurement::rate),
                ratio(results.ratio(target, Targets.FLOOR)),
                ratio(results.ratio(target, Targets.REDIS)),
                results.median(target, measurement -> measurement.micros(50)),
                results.median(target, measurement -> measurement.micros(99)),
                results.median(target, Measurement::cpuSecondsPer100k));
    }

    private static String ratio(OptionalDouble ratio) {
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "";
    }

    /** What only this workload measures, a line for each target. */
    private static void notes(Results results, StringBuilder text) {
        results.byTarget().forEach((target, measurements) -> {
            var names = measurements.getFirst().notes().keySet();
            if (names.isEmpty()) {
                return;
            }
            text.append("\n").append(target).append(':');
            var separator = " ";
            for (var name : names) {
                double median = results.median(target, one -> one.notes().getOrDefault(name, Double.NaN));
                text.append(separator).append(String.format(Locale.ROOT, "%s %,.0f", name, median));
                separator = ", ";
            }
            text.append('\n');
        });
    }
}
