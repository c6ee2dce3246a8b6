package io.dflockd.client.internal.session;

import io.dflockd.client.internal.Nanos;
import io.dflockd.client.spi.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * How long a server has owed an answer that it gives at once. One alarm at a time looks after the oldest, whatever their
 * number. Guarded by the lock of its {@link ServerSession}.
 */
final class Silence {
    /** A prompt answer may take this part of the response time-out before the connection is taken for dead. */
    private static final int SILENT_PART = 4;
    private static final long MAX_SILENCE_NANOS = 2_500_000_000L;

    private final TimeSource time;
    private final long mostNanos;
    private final Runnable look;
    private boolean watched;

    /** Has {@code look} run when it may have lasted for longer than allowed. */
    Silence(TimeSource time, long mostNanos, Runnable look) {
        this.time = time;
        this.mostNanos = mostNanos;
        this.look = look;
    }

    /** Sees to it that the silence since then is looked at in time; null for none. */
    void watch(@Nullable Long since) {
        if (!watched && since != null) {
            watched = true;
            var unused = time.after(Math.max(0, since + mostNanos - time.nanoTime()), look);
        }
    }

    /** For {@code look}: whether the silence since then has lasted too long; null for none. */
    boolean isTooLong(@Nullable Long since) {
        watched = false;
        return since != null && since + mostNanos - time.nanoTime() <= 0;
    }

    /** How long a connection may be silent that owes a prompt answer. */
    static long longest(Dialer dialer) {
        return Math.min(Nanos.of(dialer.options().responseTimeout()) / SILENT_PART, MAX_SILENCE_NANOS);
    }
}
