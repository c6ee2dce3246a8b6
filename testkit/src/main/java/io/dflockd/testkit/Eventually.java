package io.dflockd.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread or process brings about. */
public final class Eventually {
    private static final Duration POLL = Duration.ofMillis(1);

    private Eventually() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @throws AssertionError naming {@code what} where it does not within the time
     */
    public static void await(String what, Duration most, BooleanSupplier condition) {
        await(what, most, POLL, condition);
    }

    /** The same, for a condition that costs something to look at. */
    public static void await(String what, Duration most, Duration poll, BooleanSupplier condition) {
        long deadline = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + most + ": " + what);
            }
            LockSupport.parkNanos(poll.toNanos());
        }
    }
}
