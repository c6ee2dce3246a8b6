package io.dflockd.server;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;

/**
 * The connections that got something to write while one thread worked off what it had read. Each is woken once, at the
 * end, however many lines it got: a wake-up costs more than the lines. Belongs to one thread.
 */
final class Batch {
    private static final FastThreadLocal<Batch> CURRENT = new FastThreadLocal<>() {
        @Override
        protected Batch initialValue() {
            return new Batch();
        }
    };

    private final ArrayDeque<Connection> touched = new ArrayDeque<>();

    private Batch() {}

    /** The batch of this thread. */
    static Batch current() {
        return CURRENT.get();
    }

    void add(Connection connection) {
        touched.add(connection);
    }

    /** Wakes all that were added. Waking one may add others. Must not be called with the engine's lock held. */
    void finish() {
        for (var connection = touched.poll(); connection != null; connection = touched.poll()) {
            connection.wake();
        }
    }
}
