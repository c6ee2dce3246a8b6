package io.dflockd.liquibase;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where a migration stops, as the second change set calls it. Open unless a test closes it. The database runs in the JVM of
 * the test, so that migrations of other processes stop here too.
 */
public final class Gate {
    static final AtomicInteger ARRIVALS = new AtomicInteger();
    private static final AtomicInteger INSIDE = new AtomicInteger();
    static final AtomicInteger MOST_INSIDE = new AtomicInteger();
    private static volatile CompletableFuture<Void> arrived = new CompletableFuture<>();
    private static volatile CompletableFuture<Void> open = CompletableFuture.completedFuture(null);

    private Gate() {}

    static void reset() {
        open();
        open = CompletableFuture.completedFuture(null);
        arrived = new CompletableFuture<>();
        ARRIVALS.set(0);
        INSIDE.set(0);
        MOST_INSIDE.set(0);
    }

    static void close() {
        open = new CompletableFuture<>();
    }

    static void open() {
        open.complete(null);
    }

    static void awaitArrival() throws Exception {
        arrived.get(60, TimeUnit.SECONDS);
    }

    /** For the database. */
    public static int arrive() throws Exception {
        ARRIVALS.incrementAndGet();
        MOST_INSIDE.accumulateAndGet(INSIDE.incrementAndGet(), Math::max);
        arrived.complete(null);
        open.get(120, TimeUnit.SECONDS);
        INSIDE.decrementAndGet();
        return 0;
    }
}
