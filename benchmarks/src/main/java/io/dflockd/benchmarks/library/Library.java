package io.dflockd.benchmarks.library;

import java.io.IOException;
import java.time.Duration;

/** A client library. */
@FunctionalInterface
public interface Library {
    /**
     * What the threads of one run share.
     *
     * @param port where the server listens on the loopback interface
     * @param wait how long an acquire may wait; where the server cannot let a client wait, it is refused at once
     * @param lease for how long a lock is taken, where a lock has such a time; whole seconds
     */
    LockClients open(int port, Duration wait, Duration lease) throws IOException, InterruptedException;
}
