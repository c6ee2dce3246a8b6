package io.dflockd.service.metrics;

import io.dflockd.engine.Histogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Families being gathered. */
final class Families {
    private static final double MS_PER_SECOND = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<Family> all = new ArrayList<>();

    /** One of them, whose samples are yet to be told. */
    static final class Open {
        private final List<Sample> samples = new ArrayList<>();

        Open add(double value, String... labels) {
            samples.add(new Sample.Single(List.of(labels), value));
            return this;
        }

        /** A count, which is never so large that it would matter that not all of its digits are kept. */
        Open add(long value, String... labels) {
            return add((double) value, labels);
        }

        Open addMs(Histogram histogram, String... labels) {
            return add(histogram, MS_PER_SECOND, labels);
        }

        Open addNanos(Histogram histogram, String... labels) {
            return add(histogram, NANOS_PER_SECOND, labels);
        }

        private Open add(Histogram histogram, double unitsPerSecond, String... labels) {
            var bounds = new ArrayList<Double>();
            var counts = new ArrayList<Long>();
            for (int i = 0; i <= Histogram.BOUNDS; i++) {
                bounds.add(i == Histogram.BOUNDS ? Double.POSITIVE_INFINITY : histogram.bound(i) / unitsPerSecond);
                counts.add(histogram.count(i));
            }
            samples.add(new Sample.Spread(List.of(labels), bounds, counts, histogram.sum() / unitsPerSecond));
            return this;
        }
    }

    /** Tells the samples of a family. */
    @FunctionalInterface
    interface Filler {
        void fill(Open family);
    }

    void counter(String name, String help, Filler filler) {
        add(name, Family.Type.COUNTER, help, filler);
    }

    void gauge(String name, String help, Filler filler) {
        add(name, Family.Type.GAUGE, help, filler);
    }

    void histogram(String name, String help, Filler filler) {
        add(name, Family.Type.HISTOGRAM, help, filler);
    }

    void info(String name, String help, Filler filler) {
        add(name, Family.Type.INFO, help, filler);
    }

    /** All of them that have samples. */
    List<Family> all() {
        return List.copyOf(all);
    }

    private void add(String name, Family.Type type, String help, Filler filler) {
        var family = new Open();
        filler.fill(family);
        if (!family.samples.isEmpty()) {
            all.add(new Family(name, type, help, family.samples));
        }
    }

    static double seconds(long ms) {
        return ms / MS_PER_SECOND;
    }

    static double secondsOfNanos(long nanos) {
        return nanos / NANOS_PER_SECOND;
    }

    /** A constant as the value of a label. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
