package io.dflockd.service.access;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often somebody may ask, over all of its connections: a bucket that holds the requests of a second, and as many again for
 * those that give back or keep what is held, so that who asks too much need not lose its leases by that. Written down is only
 * when the bucket would be full again (the generic cell rate algorithm, ITU-T I.371). Thread-safe, and waits for nobody.
 */
final class Pace {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong fullAt = new AtomicLong(NEVER);

    /** Whether one more may come now; it counts then. {@code perSecond}: how many may, 1 or more. */
    boolean mayGoOn(int perSecond, boolean givesBack, long nowNanos) {
        long each = SECOND / perSecond;
        long most = givesBack ? 2 * SECOND : SECOND;
        while (true) {
            long former = fullAt.get();
            long from = former == NEVER || former - nowNanos < 0 ? nowNanos : former;
            long then = from + each;
            if (then - nowNanos > most) {
                return false;
            }
            if (fullAt.compareAndSet(former, then)) {
                return true;
            }
        }
    }
}
