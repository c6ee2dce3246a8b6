package io.dflockd.service.metrics;

import java.util.List;

/**
 * What is told under one name.
 *
 * @param help what it means, for people
 * @param samples one for each combination of labels
 */
public record Family(String name, Type type, String help, List<Sample> samples) {
    public Family {
        samples = List.copyOf(samples);
    }

    /** What may become of its numbers. */
    public enum Type {
        /** They only grow, from 0 at the start of the process. */
        COUNTER,
        GAUGE,
        /** They are {@link Sample.Spread}. */
        HISTOGRAM,
        /** They are 1, and what counts are the labels. */
        INFO
    }
}
