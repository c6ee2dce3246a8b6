package io.dflockd.acceptance.history;

import io.dflockd.client.Lease;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks at a lease again and again for a short while, as work under it would. */
final class Believing {
    static final Duration WAIT = Duration.ofSeconds(1);
    private static final int MOST_STEPS = 6;

    private final SplittableRandom random;

    Believing(SplittableRandom random) {
        this.random = random;
    }

    /** The last moment after which the lease still said that it is valid, or the given one. */
    long lastBelief(Lease lease, long since) {
        long believedAt = since;
        for (int i = random.nextInt(MOST_STEPS); i >= 0; i--) {
            long now = System.nanoTime();
            if (!lease.isValid()) {
                return believedAt;
            }
            believedAt = now;
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(2_000)));
        }
        return believedAt;
    }
}
