package io.dflockd.client.spi;

import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.LossReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sees each acquisition from before it is sent to the end of the hold, for timers and traces. All calls come on threads
 * that must not be blocked, {@link #acquiring} on that of the caller. What they throw is logged and has no other effect.
 */
public interface ClientObserver {
    /**
     * Somebody asks for a hold, or waits for the turn of a place in a queue. Before anything is sent. A place that is
     * granted as it is taken has no attempt; its hold has a beginning and an end.
     *
     * @param wait zero for a try that does not wait
     * @param server who is asked; a cluster by the first address that was given
     */
    default Attempt acquiring(String key, LeaseMode mode, Duration wait, ServerAddress server) {
        return Attempt.NONE;
    }

    /**
     * A hold begins: before its {@link Attempt#granted}, where it has an attempt, and always before its {@link #ended}. It
     * is the same object each time, and equal to no other.
     */
    default void began(Lease lease) {}

    /**
     * A hold ended.
     *
     * @param reason why it was lost; null when it was released
     * @param held how long it was held, from the grant to now
     */
    default void ended(Lease lease, @Nullable LossReason reason, Duration held) {}

    /** What becomes of one attempt; one of its methods is called, once. */
    interface Attempt {
        /** Of an observer that is not interested. */
        Attempt NONE = new Attempt() {
        };

        default void granted(Lease lease) {}

        /** Not within the wait. */
        default void notGranted() {}

        /** Refused, broken, cancelled or interrupted. */
        default void failed(Throwable cause) {}
    }
}
