package io.dflockd.benchmarks.target;

import io.dflockd.benchmarks.library.LockClients;
import java.io.IOException;
import java.time.Duration;

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

    /** What has to be done once after a server was started. */
    default void prepare(Wire wire) throws IOException {}

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
    default LockClients lockClients(int port, Duration wait, Duration lease) throws IOException, InterruptedException {
        return new RawLockClients(this, port, new Terms(wait, lease, false));
    }

    /** The bytes that publish and subscribe. */
    ChannelLines channel();
}
