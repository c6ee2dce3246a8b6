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

    /** So much is taken of all connections in one round of the loop, and then of each that has more than a little. */
    static final int BYTES_IN_A_ROUND = 1 << 20;

    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean planned;
    private long round;
    private long bytesInRound;

    private Turns() {}

    /** Those of this thread. */
    static Turns current() {
        return CURRENT.get();
    }

    /** The loop has come around: its tasks have run. */
    void beginRound() {
        round++;
        bytesInRound = 0;
    }

    /** The number of the round. */
    long round() {
        return round;
    }

    /** So much was taken of a connection. Returns whether so much was taken of all in this round that it should end. */
    boolean isOverAfter(int bytes) {
        bytesInRound += bytes;
        return bytesInRound >= BYTES_IN_A_ROUND;
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
