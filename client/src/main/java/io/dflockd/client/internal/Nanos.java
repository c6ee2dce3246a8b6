package io.dflockd.client.internal;

import java.time.Duration;

/** Durations as nanoseconds, capped where 64 bits end. */
public final class Nanos {
    /** A century: longer than any wait, and far from where sums of two overflow. */
    public static final long FOREVER = 100L * 365 * 24 * 3600 * 1_000_000_000L;
    private static final Duration FOREVER_DURATION = Duration.ofNanos(FOREVER);

    private Nanos() {}

    public static long of(Duration duration) {
        return duration.compareTo(FOREVER_DURATION) > 0 ? FOREVER : duration.toNanos();
    }

    public static long ofSeconds(long seconds) {
        return of(Duration.ofSeconds(seconds));
    }

    public static long ofMs(long ms) {
        return of(Duration.ofMillis(ms));
    }

    public static long plus(long nanos, long more) {
        return Math.min(FOREVER, nanos + more);
    }
}
