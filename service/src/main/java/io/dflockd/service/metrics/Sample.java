package io.dflockd.service.metrics;

import java.util.List;

/** What is told under one name and one combination of labels. */
public sealed interface Sample {
    /** Names and values in turn. */
    List<String> labels();

    /** One number. */
    record Single(List<String> labels, double value) implements Sample {
        public Single {
            labels = List.copyOf(labels);
        }
    }

    /**
     * How often something was how large.
     *
     * @param bounds in rising order; the last is infinite
     * @param counts how many were no larger than the bound at that place and larger than the one before
     */
    record Spread(List<String> labels, List<Double> bounds, List<Long> counts, double sum) implements Sample {
        public Spread {
            labels = List.copyOf(labels);
            bounds = List.copyOf(bounds);
            counts = List.copyOf(counts);
        }
    }
}
