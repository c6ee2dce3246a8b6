package io.dflockd.benchmarks.scaling;

import java.io.Closeable;
import java.io.IOException;

/** Makes load from one thread. */
interface Load extends Closeable {
    /** Does a few operations, which take milliseconds at most, and tells the meter of each. */
    void turn(Meter meter) throws IOException;
}
