package io.dflockd.replication;

import io.dflockd.engine.EngineLimits;
import java.io.IOException;

/** What a node has room for, where the limits are those of its cluster and not its own. */
public interface NodeRoom {
    /** Of a node that has room for everything. */
    NodeRoom ANY = new NodeRoom() {
        @Override
        public long mostStateBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public void inForce(EngineLimits limits) {
            // it does not matter which
        }
    };

    /** The most bytes of state, by the engine's estimate, that its memory has room for. */
    long mostStateBytes();

    /**
     * These limits have come into force, also again. Called by the thread that applies; must not block.
     *
     * @throws IOException where this node cannot keep what they allow; the message says what it is and what to do
     */
    void inForce(EngineLimits limits) throws IOException;
}
