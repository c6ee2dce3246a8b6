package io.dflockd.benchmarks.load;

import java.io.Closeable;
import java.io.IOException;

/** Makes load from a thread of its own. Closing it, from any thread, ends whatever it waits for. */
interface Worker extends Closeable {
    /** Goes on until the phase says that it is over. Adds to the sample only what belongs to the measured time. */
    void run(Phase phase, Sample sample) throws IOException, InterruptedException;
}
