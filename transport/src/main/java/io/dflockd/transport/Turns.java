package io.dflockd.transport;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever of an event loop has much to do does a piece of it each time the loop comes around, one after another. So all its
 * connections are read from and written to between two pieces, whoever of them has how much to do. Belongs to one thread.
 */
final class Turns {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
    private static final FastThreadLocal<Turns> CURRENT = new FastThreadLocal<>() {
        @Override
        protected Turns initialValue() {
            return new Turns();
        }
    };

    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean planned;

    private Turns() {}

    /** Those of this thread. */
    static Turns current() {
        return CURRENT.get();
    }

    /** Runs it once, when its turn has come. The loop must be that of this thread. */
    void add(EventExecutor loop, Runnable piece) {
        waiting.add(piece);
        plan(loop);
    }

    /** What is executed comes in the same round of the loop, what is scheduled in the next, behind what the sockets have. */
    private void plan(EventExecutor loop) {
        if (planned || waiting.isEmpty()) {
            return;
        }
        try {
            loop.schedule(() -> next(loop), 0, TimeUnit.NANOSECONDS);
            planned = true;
        } catch (RejectedExecutionException e) {
            LOG.atDebug().setMessage("no more turns, the server stops").log();
        }
    }

    private void next(EventExecutor loop) {
        planned = false;
        var piece = waiting.poll();
        try {
            if (piece != null) {
                piece.run();
            }
        } finally {
            plan(loop);
        }
    }
}
