package io.dflockd.service.stats;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the server counts about its connections. Thread-safe. */
public final class ServerCounters {
    private static final long NANOS_PER_MS = 1_000_000;

    private final long startedAt = System.nanoTime();
    private final AtomicInteger openConnections = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder authFailures = new LongAdder();
    private final LongAdder denied = new LongAdder();
    private final LongAdder slowConsumers = new LongAdder();
    private final LongAdder evicted = new LongAdder();

    /** Counts a new connection unless there are as many as there may be; {@code most} is 0 for any number. */
    public boolean tryOpen(int most) {
        if (openConnections.incrementAndGet() > most && most > 0) {
            openConnections.decrementAndGet();
            refused.increment();
            return false;
        }
        accepted.increment();
        return true;
    }

    public void closed() {
        openConnections.decrementAndGet();
    }

    /** A connection was not let in, for another reason. */
    public void refuse() {
        refused.increment();
    }

    public void authFailed() {
        authFailures.increment();
    }

    /** Somebody asked for what it may not do. */
    public void denied() {
        denied.increment();
    }

    public void slowConsumerClosed() {
        slowConsumers.increment();
    }

    /** A connection was ended because all together took too much memory. */
    public void evicted() {
        evicted.increment();
    }

    public int openConnections() {
        return openConnections.get();
    }

    public long accepted() {
        return accepted.sum();
    }

    public long refused() {
        return refused.sum();
    }

    public long authFailures() {
        return authFailures.sum();
    }

    public long denials() {
        return denied.sum();
    }

    public long slowConsumers() {
        return slowConsumers.sum();
    }

    public long evictedConnections() {
        return evicted.sum();
    }

    public long uptimeMs() {
        return (System.nanoTime() - startedAt) / NANOS_PER_MS;
    }
}
