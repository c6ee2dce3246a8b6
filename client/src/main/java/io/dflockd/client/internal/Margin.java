package io.dflockd.client.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much earlier than at the server a term ends here.
 *
 * @param chosen what the user wants; null for a tenth of the term, at most two seconds
 */
public record Margin(@Nullable Duration chosen) {
    private static final int DEFAULT_PART = 10;
    private static final long MAX_DEFAULT_NANOS = 2_000_000_000L;
    /** Two clocks may differ by this part of what they measure. */
    private static final int CLOCKS_PART = 2_000;

    /** The margin of a term: never more than half of it, whatever was chosen. */
    public long of(long termNanos) {
        return chosen == null
                ? Math.min(termNanos / DEFAULT_PART, MAX_DEFAULT_NANOS)
                : Math.min(Nanos.of(chosen), termNanos / 2);
    }

    /** What is left of a term for use here: less the margin, and less what the clocks may differ. */
    public long usable(long termNanos) {
        return termNanos - of(termNanos) - termNanos / CLOCKS_PART;
    }
}
