package io.dflockd.cli.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * When the operations of one worker are due. One that could not begin in time, because those before it took too long, is
 * timed from when it was due: else a server that stops for a second would spoil one measurement and not the many that
 * the pause kept from being made. Belongs to one thread.
 */
final class Pace {
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Meter meter;
    private final double intervalNanos;
    private final long offsetNanos;
    private long start;
    private long begun;

    /** Even steps, in which the workers of a run take turns; without steps for 0 a second. */
    Pace(Meter meter, long perSecond, int worker, int workers) {
        this.meter = meter;
        this.intervalNanos = perSecond == 0 ? 0 : NANOS * workers / perSecond;
        this.offsetNanos = (long) (intervalNanos * worker / workers);
    }

    boolean isSet() {
        return intervalNanos > 0;
    }

    /** Waits until the next operation is due, or the run is over. Returns from when the operation is to be timed. */
    long next() {
        if (!isSet()) {
            return System.nanoTime();
        }
        long now = System.nanoTime();
        if (begun == 0) {
            start = now + offsetNanos;
        }
        long due = start + (long) (intervalNanos * begun++);
        if (now - due >= 0) {
            return due;
        }
        while (now - due < 0 && meter.isRunning()) {
            LockSupport.parkNanos(Math.min(due - now, TICK_NANOS));
            now = System.nanoTime();
        }
        return now;
    }
}
