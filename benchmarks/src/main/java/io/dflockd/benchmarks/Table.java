package io.dflockd.benchmarks;

import io.dflockd.benchmarks.load.Measurement;
import io.dflockd.benchmarks.target.Garbage;
import io.dflockd.benchmarks.target.Targets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The results of one workload as a table in Markdown. */
final class Table {
    private Table() {}

    static String of(Results results) {
        var text = new StringBuilder();
        var workload = results.workload();
        text.append("### ").append(workload.name()).append(": ").append(workload.description()).append("\n\n");
        var others = others(results);
        var head = head(others);
        row(head, text);
        row(head.stream().map(column -> "---").toList(), text);
        for (var target : results.byTarget().keySet()) {
            row(cells(target, others, results), text);
        }
        notes(results, text);
        remarks(results, text);
        return text.append('\n').toString();
    }

    /** What the ratios are to: the targets that are not variations of ours. */
    private static List<String> others(Results results) {
        return Targets.names()
                .stream()
                .filter(name -> results.byTarget().containsKey(name) && !name.startsWith(Targets.OURS))
                .toList();
    }

    private static List<String> head(List<String> others) {
        var head = new ArrayList<>(List.of("target", "operations/s", "least–most"));
        others.forEach(other -> head.add("of " + other));
        head.addAll(List.of("p50 µs", "p99 µs", "server CPU s per 100,000", "allocated bytes each",
                "GC pauses: total, longest ms"));
        return head;
    }

    private static List<String> cells(String target, List<String> others, Results results) {
        var cells = new ArrayList<String>();
        cells.add(target);
        cells.add(whole(results.median(target, Measurement::rate)));
        cells.add(whole(results.least(target, Measurement::rate)) + "–"
                + whole(results.most(target, Measurement::rate)));
        others.forEach(other -> cells.add(ratio(results.ratio(target, other))));
        cells.add(whole(results.median(target, measurement -> measurement.micros(50))));
        cells.add(whole(results.median(target, measurement -> measurement.micros(99))));
        cells.add(parts(results.median(target, Measurement::cpuSecondsPer100k)));
        boolean watched = results.isGarbageKnown(target);
        cells.add(watched ? whole(results.median(target, Measurement::allocatedBytes)) : "");
        cells.add(watched ? pauses(target, results) : "");
        return cells;
    }

    private static String pauses(String target, Results results) {
        return "%s: %s, %s".formatted(
                whole(results.median(target, garbage(garbage -> garbage.pausesMs().size()))),
                parts(results.median(target, garbage(Garbage::pausedMs))),
                parts(results.most(target, garbage(Garbage::longestPauseMs))));
    }

    private static ToDoubleFunction<Measurement> garbage(ToDoubleFunction<Garbage> figure) {
        return measurement -> measurement.garbage().map(figure::applyAsDouble).orElse(Double.NaN);
    }

    private static void row(List<String> cells, StringBuilder text) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String parts(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String ratio(OptionalDouble ratio) {
        return ratio.isPresent() ? parts(ratio.getAsDouble()) : "";
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
                text.append(separator).append(name).append(' ').append(whole(median));
                separator = ", ";
            }
            text.append('\n');
        });
    }

    private static void remarks(Results results, StringBuilder text) {
        for (var target : results.byTarget().keySet()) {
            Targets.remark(target)
                    .ifPresent(remark -> text.append('\n').append(target).append(": ").append(remark).append(".\n"));
        }
    }
}
