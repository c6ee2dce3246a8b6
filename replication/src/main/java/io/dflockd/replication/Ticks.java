package io.dflockd.replication;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rings when the log's time is to be moved on: when something is due, and every second while anything will be, so that no
 * more than that of the log's time is lost with this node.
 */
final class Ticks implements AutoCloseable {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** The engine's time is whole milliseconds. */
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long NEVER = Long.MAX_VALUE;

    private final Runnable ring;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dflockd-log-ticks").factory());
    private @Nullable ScheduledFuture<?> next;
    private long nextAt;

    Ticks(Runnable ring) {
        this.ring = ring;
    }

    /** Something is due in so many nanoseconds; {@link Long#MAX_VALUE} where nothing is. */
    synchronized void plan(long nanos) {
        if (nanos == NEVER || timer.isShutdown()) {
            return;
        }
        long delay = Math.min(nanos, LONGEST_NANOS);
        long at = System.nanoTime() + delay;
        if (next != null) {
            if (nextAt - at <= SHORTEST_NANOS) {
                return;
            }
            next.cancel(false);
        }
        nextAt = at;
        next = timer.schedule(this::ring, delay, TimeUnit.NANOSECONDS);
    }

    private void ring() {
        synchronized (this) {
            next = null;
        }
        ring.run();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
