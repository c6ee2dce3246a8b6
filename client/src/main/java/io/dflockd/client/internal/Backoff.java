package io.dflockd.client.internal;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** How long to wait before something is tried again: twice as long each time, up to a limit. Thread-safe. */
public final class Backoff {
    private final long firstNanos;
    private final long mostNanos;
    private final AtomicLong nextNanos;

    public Backoff(long firstNanos, long mostNanos) {
        this.firstNanos = firstNanos;
        this.mostNanos = mostNanos;
        this.nextNanos = new AtomicLong(firstNanos);
    }

    /** Half to the whole of the delay whose turn it is, so that the clients of a server that comes back do not all come at once. */
    public long next() {
        long delay = nextNanos.getAndUpdate(nanos -> Math.min(nanos * 2, mostNanos));
        return ThreadLocalRandom.current().nextLong(delay / 2, delay);
    }

    /** It worked; the next delay is the first again. */
    public void reset() {
        nextNanos.set(firstNanos);
    }
}
