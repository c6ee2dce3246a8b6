package io.dflockd.cli.load;

import java.io.IOException;

/** One connection at work, on a thread of its own. */
interface Worker {
    /**
     * Goes on until the meter says that the run is over, and then gives back what it holds.
     *
     * @throws IOException when the connection breaks, or an answer is overdue
     */
    void run() throws IOException, InterruptedException;

    /** Disconnects, from any thread, which ends whatever the worker waits for. May be called twice. */
    void close();
}
