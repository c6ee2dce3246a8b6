package io.dflockd.junit;

import java.time.Duration;

/**
 * The network between the clients of a test and its server. Concerns all who connect to {@link DflockdServers#address} of the
 * same class, and nobody else who uses the same server; with {@link DflockdTest} it is healed after each test. Thread-safe; no
 * method blocks.
 */
public interface Faults {
    /** All connections are reset, at both ends. New ones are welcome. */
    void cut();

    /** New connections are ended at once, until {@link #heal}. Those that are there stay; {@link #cut} ends them. */
    void refuse();

    /** What is sent from now on takes at least this much longer, in each direction, until {@link #heal}. */
    void delay(Duration longer);

    /** Nothing arrives any more in either direction and nobody is told, until {@link #heal}: then all of it does, late. */
    void stall();

    /**
     * The server sees an end of the connections that are there. The clients see nothing: what they send is taken, and never
     * answered, also after {@link #heal}.
     */
    void halfOpen();

    /** Ends what {@link #refuse}, {@link #delay} and {@link #stall} began. */
    void heal();
}
