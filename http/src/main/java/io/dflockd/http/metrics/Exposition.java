package io.dflockd.http.metrics;

import io.dflockd.service.metrics.Family;
import io.dflockd.service.metrics.Sample;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Supplier;

/** Our numbers, and those of the JVM beside them, in the text format that is asked for. Thread-safe. */
final class Exposition {
    private static final String COUNTER_SUFFIX = "_total";
    private static final String INFO_SUFFIX = "_info";

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();

    /** Looks at the families whenever it is to write them. */
    Exposition(Supplier<List<Family>> families) {
        JvmMetrics.builder().register(registry);
        registry.register(
                (MultiCollector) () -> new MetricSnapshots(
                        families.get().stream().map(Exposition::snapshot).toList()));
    }

    /**
     * Writes all numbers as they are now. Returns the media type of what it wrote.
     *
     * @param accept the media types that are welcome; the plain text format is taken where none of them is known
     */
    String write(String accept, OutputStream out) throws IOException {
        var writer = formats.findWriter(accept);
        writer.write(out, registry.scrape());
        return writer.getContentType();
    }

    /** The suffixes belong to the formats, which add them. */
    private static MetricSnapshot snapshot(Family family) {
        return switch (family.type()) {
            case COUNTER -> counter(family);
            case GAUGE -> gauge(family);
            case HISTOGRAM -> histogram(family);
            case INFO -> info(family);
        };
    }

    private static MetricSnapshot counter(Family family) {
        var builder = CounterSnapshot.builder().name(without(COUNTER_SUFFIX, family)).help(family.help());
        for (var sample : family.samples()) {
            builder.dataPoint(
                    CounterDataPointSnapshot.builder().labels(labels(sample)).value(single(sample)).build());
        }
        return builder.build();
    }

    private static MetricSnapshot gauge(Family family) {
        var builder = GaugeSnapshot.builder().name(family.name()).help(family.help());
        for (var sample : family.samples()) {
            builder.dataPoint(
                    GaugeDataPointSnapshot.builder().labels(labels(sample)).value(single(sample)).build());
        }
        return builder.build();
    }

    private static MetricSnapshot info(Family family) {
        var builder = InfoSnapshot.builder().name(without(INFO_SUFFIX, family)).help(family.help());
        for (var sample : family.samples()) {
            builder.dataPoint(InfoDataPointSnapshot.builder().labels(labels(sample)).build());
        }
        return builder.build();
    }

    private static MetricSnapshot histogram(Family family) {
        var builder = HistogramSnapshot.builder().name(family.name()).help(family.help());
        for (var sample : family.samples()) {
            if (!(sample instanceof Sample.Spread spread)) {
                throw new IllegalArgumentException(family.name() + " has a sample that is no spread");
            }
            builder.dataPoint(HistogramDataPointSnapshot.builder()
                    .labels(labels(sample))
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(spread.bounds(), spread.counts()))
                    .sum(spread.sum())
                    .build());
        }
        return builder.build();
    }

    private static Labels labels(Sample sample) {
        return Labels.of(sample.labels().toArray(String[]::new));
    }

    private static double single(Sample sample) {
        if (sample instanceof Sample.Single single) {
            return single.value();
        }
        throw new IllegalArgumentException("a spread where one number is wanted: " + sample.labels());
    }

    private static String without(String suffix, Family family) {
        if (!family.name().endsWith(suffix)) {
            throw new IllegalArgumentException(family.name() + " does not end in " + suffix);
        }
        return family.name().substring(0, family.name().length() - suffix.length());
    }
}
