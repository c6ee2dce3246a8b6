package io.dflockd.benchmarks.library;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A client library. */
@FunctionalInterface
public interface Library {
    /**
     * What the threads of one run share.
     *
     * @param ports where the nodes of the server listen on the loopback interface
     * @param wait how long an acquire may wait; where the server cannot let a client wait, it is refused at once
     * @param lease for how long a lock is taken, where a lock has such a time; whole seconds
     */
    LockClients open(List<Integer> ports, Duration wait, Duration lease) throws IOException, InterruptedException;

    /** One that knows a single node. */
    static Library ofOne(OfOne library) {
        return (ports, wait, lease) -> library.open(ports.getFirst(), wait, lease);
    }

    /** The addresses of nodes, as most libraries want them. */
    static String addresses(List<Integer> ports) {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** As {@link Library}, of one node. */
    @FunctionalInterface
    interface OfOne {
        /** As {@link Library#open}. */
        LockClients open(int port, Duration wait, Duration lease) throws IOException, InterruptedException;
    }
}
