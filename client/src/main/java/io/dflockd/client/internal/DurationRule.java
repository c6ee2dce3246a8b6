package io.dflockd.client.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How exactly durations may go to a server. */
@FunctionalInterface
public interface DurationRule {
    /** Rounds up, so that nothing is shorter than asked; every server understands that. */
    DurationRule WHOLE_SECONDS = Checks::wholeSecondsMs;

    /** The milliseconds to send; throws where the server would not understand them. */
    long ms(String name, Duration duration);

    /** As {@link #ms}; 0 for null, which lets the server choose. */
    default long leaseMs(@Nullable Duration lease) {
        return lease == null || lease.isZero() ? 0 : ms("lease TTL", lease);
    }
}
