package io.dflockd.benchmarks.scaling;

import java.io.IOException;
import java.util.List;

/** Something of which a server can have more and more. */
interface Axis {
    /**
     * How it is called.
     *
     * @param name a word, also that of its files
     * @param title what there is more of, as a heading
     * @param unit the head of the column of numbers
     */
    record Scale(String name, String title, String unit) {}

    Scale scale();

    /** The largest number of it that makes sense here; the smaller ones are the powers of ten. */
    int most();

    /** How many of them there really are at this number, for the memory of each. */
    default int total(int count) {
        return count;
    }

    /** Gives a server that was just started so many of it and measures. */
    void measure(int count, Visit visit) throws IOException;

    static List<Axis> all() {
        return List.of(new Keys(), new Connections(), new Waiters(), new Subscriptions());
    }
}
