package io.dflockd.benchmarks.target;

import io.dflockd.benchmarks.library.LockClients;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** How to ask a kind of server for what the workloads need. */
public interface Dialect {
    /**
     * How locks are asked for.
     *
     * @param longestWait how long the server may let an acquire wait; one that cannot wait refuses at once
     * @param pipelined whether several requests will be in flight
     */
    record Terms(Duration longestWait, Duration lease, boolean pipelined) {
        /** At once, for half a minute, one after another. */
        public static final Terms PLAIN = new Terms(Duration.ZERO, Duration.ofSeconds(30), false);
    }

    /** Whether it has locks that can be asked for in bytes of our own. */
    boolean hasLocks();

    /** Whether it has channels to publish to. */
    boolean hasChannels();

    /**
     * What has to be done once after the nodes of a server were started. Fails while they cannot be used yet.
     *
     * @return which of them is to be asked by those who ask one only
     */
    default int begin(List<Integer> ports) throws IOException {
        return connectToEach(ports);
    }

    /** Fails while a node lets nobody connect. Returns the first. */
    static int connectToEach(List<Integer> ports) throws IOException {
        for (int port : ports) {
            Wire.connect(port).close();
        }
        return 0;
    }

    /**
     * A client of locks.
     *
     * @param keys the key of each slot
     */
    LockWire locks(Wire wire, byte[][] keys, Terms terms);

    /** Whether threads can take locks with it, one request after another. */
    default boolean hasLockClients() {
        return hasLocks();
    }

    /** What threads take locks through, one request after another. */
    default LockClients lockClients(Server server, Duration wait, Duration lease)
            throws IOException, InterruptedException {
        return new RawLockClients(this, server.port(), new Terms(wait, lease, false));
    }

    /** The bytes that publish and subscribe. */
    ChannelLines channel();
}
