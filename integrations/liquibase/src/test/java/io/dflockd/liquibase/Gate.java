package io.dflockd.liquibase;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Where a migration stops, as the first change set calls it. Open unless a test closes it. */
public final class Gate {
    static final AtomicInteger INSIDE = new AtomicInteger();
    static final AtomicInteger MOST_INSIDE = new AtomicInteger();

    static volatile CompletableFuture<Void> arrived = new CompletableFuture<>();
    static volatile CompletableFuture<Void> aborted = new CompletableFuture<>();
    static volatile CompletableFuture<Void> open = CompletableFuture.completedFuture(null);

    private Gate() {}

    public static int arrive() throws Exception {
        MOST_INSIDE.accumulateAndGet(INSIDE.incrementAndGet(), Math::max);
        arrived.complete(null);
        open.get(120, TimeUnit.SECONDS);
        INSIDE.decrementAndGet();
        return 0;
    }
}
