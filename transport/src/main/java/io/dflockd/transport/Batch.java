package io.dflockd.transport;

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

    private final ArrayDeque<Wakeable> touched = new ArrayDeque<>();
    private Runnable atEnd = () -> {};

    /** Whom a batch wakes. */
    interface Wakeable {
        /** Has it do what became possible or necessary: write, go on with its requests, end. */
        void wake();

        /** The same, but others are served before. */
        void wakeLater();

        /** How much it may have to write. */
        long unsentBytes();

        /** Waking it failed, so it is in a state that should not exist. */
        void fail(Throwable cause);
    }

    private Batch() {}

    /** The batch of this thread. */
    static Batch current() {
        return CURRENT.get();
    }

    /** Has this run whenever a batch of the thread ends, behind all that its connections wanted. */
    void atEnd(Runnable action) {
        atEnd = action;
    }

    void add(Wakeable one) {
        touched.add(one);
    }

    /**
     * Wakes all that were added, those behind the first {@value Wakes#AT_ONCE}, or behind as many as have
     * {@value Wakes#BYTES_AT_ONCE} bytes to write, a little later. Waking one may add others; where it fails, that is the end
     * of that one alone. Must not be called with the engine's lock held.
     */
    void finish() {
        int woken = 0;
        long bytes = 0;
        for (var one = touched.poll(); one != null; one = touched.poll()) {
            try {
                if (woken < Wakes.AT_ONCE && bytes < Wakes.BYTES_AT_ONCE) {
                    woken++;
                    bytes += one.unsentBytes();
                    one.wake();
                } else {
                    one.wakeLater();
                }
            } catch (RuntimeException | Error e) {
                one.fail(e);
            }
        }
        atEnd.run();
    }
}
