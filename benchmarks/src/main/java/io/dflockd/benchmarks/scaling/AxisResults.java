package io.dflockd.benchmarks.scaling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;

/** What all rounds of one axis showed. */
final class AxisResults {
    private final Axis axis;
    private final List<Findings> all = new ArrayList<>();

    AxisResults(Axis axis) {
        this.axis = axis;
    }

    void add(Findings findings) {
        all.add(findings);
    }

    Axis.Scale scale() {
        return axis.scale();
    }

    List<Findings> all() {
        return List.copyOf(all);
    }

    int rounds() {
        return all.stream().mapToInt(Findings::round).max().orElse(0);
    }

    /** The names of the series in the order in which they were measured. */
    List<String> series() {
        return all.stream().flatMap(findings -> findings.readings().stream()).map(Reading::series).distinct().toList();
    }

    /** The numbers that were visited, the smallest first. */
    List<Integer> counts() {
        return all.stream().map(Findings::count).distinct().sorted().toList();
    }

    /** A figure of one series at one number, over the rounds. */
    Spread spread(String series, int count, ToDoubleFunction<Reading> figure) {
        return Spread.of(
                at(count).stream()
                        .flatMap(findings -> findings.readings().stream())
                        .filter(reading -> reading.series().equals(series))
                        .mapToDouble(figure));
    }

    /** A figure of the server's memory with so many. */
    Spread full(int count, ToLongFunction<Memory> figure) {
        return Spread.of(at(count).stream().mapToDouble(findings -> figure.applyAsLong(findings.full())));
    }

    /** What each of so many adds to a figure of the server's memory. Says nothing where they are few. */
    Spread each(int count, ToLongFunction<Memory> figure) {
        return Spread.of(
                at(count).stream()
                        .mapToDouble(
                                findings -> figure.applyAsLong(findings.full()) - figure.applyAsLong(findings.empty()))
                        .map(bytes -> bytes / axis.total(count)));
    }

    private List<Findings> at(int count) {
        return all.stream().filter(findings -> findings.count() == count).toList();
    }

    /** Middle and ends of a few values. */
    record Spread(double least, double median, double most) {
        static Spread of(DoubleStream values) {
            var sorted = values.sorted().toArray();
            if (sorted.length == 0) {
                throw new IllegalArgumentException("no values");
            }
            return new Spread(sorted[0], median(sorted), sorted[sorted.length - 1]);
        }

        private static double median(double[] sorted) {
            int half = sorted.length / 2;
            return Arrays.stream(sorted, sorted.length % 2 == 1 ? half : half - 1, half + 1).average().orElseThrow();
        }
    }
}
