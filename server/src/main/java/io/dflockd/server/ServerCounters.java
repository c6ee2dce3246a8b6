package io.dflockd.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the server counts about its connections. Thread-safe. */
final class ServerCounters {
    private static final long NANOS_PER_MS = 1_000_000;

    private final long startedAt = System.nanoTime();
    private final AtomicInteger openConnections = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder authFailures = new LongAdder();
    private final LongAdder slowConsumers = new LongAdder();

    /** Counts a new connection unless there are as many as there may be; {@code most} is 0 for any number. */
    boolean tryOpen(int most) {
        if (openConnections.incrementAndGet() > most && most > 0) {
            openConnections.decrementAndGet();
            refused.increment();
            return false;
        }
        accepted.increment();
        return true;
    }

    void refuse() {
        refused.increment();
    }

    void closed() {
        openConnections.decrementAndGet();
    }

    void authFailed() {
        authFailures.increment();
    }

    void slowConsumerClosed() {
        slowConsumers.increment();
    }

    int openConnections() {
        return openConnections.get();
    }

    long accepted() {
        return accepted.sum();
    }

    long refused() {
        return refused.sum();
    }

    long authFailures() {
        return authFailures.sum();
    }

    long slowConsumers() {
        return slowConsumers.sum();
    }

    long uptimeMs() {
        return (System.nanoTime() - startedAt) / NANOS_PER_MS;
    }
}
