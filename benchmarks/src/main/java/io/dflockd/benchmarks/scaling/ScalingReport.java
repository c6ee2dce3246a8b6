package io.dflockd.benchmarks.scaling;

import java.util.List;
import java.util.Locale;

/** The results in Markdown: for each axis its picture, a table for each series, and the memory. */
final class ScalingReport {
    /** Below this number the memory of each drowns in that of the server. */
    private static final int FEWEST_FOR_MEMORY = 1000;

    private static final double BYTES_PER_MIB = 1024 * 1024;

    private final StringBuilder text = new StringBuilder();

    private ScalingReport() {}

    static String of(String head, List<AxisResults> all) {
        var report = new ScalingReport();
        report.text.append("# Scaling: the figures\n\n").append(head).append("\n");
        all.forEach(report::axis);
        return report.text.toString();
    }

    private void axis(AxisResults results) {
        var scale = results.scale();
        text.append("\n## ").append(scale.name()).append(": ").append(scale.title()).append("\n\n");
        text.append("![").append(scale.title()).append("](").append(scale.name()).append(".png)\n");
        results.series().forEach(series -> series(series, results));
        memory(results);
    }

    private void series(String series, AxisResults results) {
        text.append("\n### ").append(series).append("\n\n");
        head(results.scale().unit(), "server CPU µs", "least–most", "of the first", "operations/s", "least–most",
                "p50 µs",
                "p99 µs");
        double first = results.spread(series, results.counts().getFirst(), Reading::cpuMicros).median();
        for (int count : results.counts()) {
            var cpu = results.spread(series, count, Reading::cpuMicros);
            var rate = results.spread(series, count, Reading::rate);
            row(
                    whole(count),
                    decimal(cpu.median()),
                    decimal(cpu.least()) + "–" + decimal(cpu.most()),
                    decimal(cpu.median() / first),
                    whole(rate.median()),
                    whole(rate.least()) + "–" + whole(rate.most()),
                    whole(results.spread(series, count, Reading::p50Micros).median()),
                    whole(results.spread(series, count, Reading::p99Micros).median()));
        }
    }

    private void memory(AxisResults results) {
        text.append("\n### Memory of the server\n\n");
        head(results.scale().unit(), "resident MiB", "live heap MiB", "resident bytes each", "live heap bytes each");
        for (int count : results.counts()) {
            boolean tells = count >= FEWEST_FOR_MEMORY;
            row(
                    whole(count),
                    decimal(results.full(count, Memory::residentBytes).median() / BYTES_PER_MIB),
                    decimal(results.full(count, Memory::liveBytes).median() / BYTES_PER_MIB),
                    tells ? whole(results.each(count, Memory::residentBytes).median()) : "",
                    tells ? whole(results.each(count, Memory::liveBytes).median()) : "");
        }
    }

    private void head(String... titles) {
        row(titles);
        text.append("|---".repeat(titles.length)).append("|\n");
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String whole(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }
}
