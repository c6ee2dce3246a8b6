package io.dflockd.http.listener;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the listener counts. Thread-safe. */
public final class ListenerCounters {
    final AtomicInteger open = new AtomicInteger();
    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder madeRoom = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    final LongAdder requests = new LongAdder();
    final LongAdder problems = new LongAdder();

    public int openConnections() {
        return open.get();
    }

    public long accepted() {
        return accepted.sum();
    }

    /** Connections that were not let in because all others were busy. */
    public long refused() {
        return refused.sum();
    }

    /** Connections that asked for nothing and were ended for one more. */
    public long madeRoom() {
        return madeRoom.sum();
    }

    /** Connections that did not send or take in time what they should. */
    public long timedOut() {
        return timedOut.sum();
    }

    public long requests() {
        return requests.sum();
    }

    /** Requests that were answered by a problem. */
    public long problems() {
        return problems.sum();
    }
}
