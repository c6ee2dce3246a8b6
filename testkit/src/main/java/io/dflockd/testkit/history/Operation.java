package io.dflockd.testkit.history;

/**
 * Something that a client did.
 *
 * @param number of it in its history, from 1
 * @param invokedAt in nanoseconds of the history's clock: not before this it took effect
 * @param returnedAt not after this, where the outcome is known; else {@link #NEVER}
 */
public record Operation(int number, String client, String key, Call<?> call, long invokedAt, long returnedAt,
        Outcome outcome) {
    /** Has not returned, and may take effect at any later time. */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        if (returnedAt < invokedAt) {
            throw new IllegalArgumentException(
                    "operation " + number + " returned at " + returnedAt + ", before it was invoked at " + invokedAt);
        }
        if (outcome instanceof Outcome.Unknown && returnedAt != NEVER) {
            throw new IllegalArgumentException(
                    "operation " + number + " of unknown outcome returned at " + returnedAt + ", must be NEVER");
        }
    }

    /** Whether it was carried out for certain. */
    boolean isKnown() {
        return outcome instanceof Outcome.Returned || outcome instanceof Outcome.Seen;
    }

    boolean isUnknown() {
        return outcome instanceof Outcome.Unknown;
    }

    boolean isRefused() {
        return outcome instanceof Outcome.Refused;
    }

    /** The kind and the key: what it was done to. */
    String thing() {
        return call.kind() + " \"" + key + "\"";
    }

    /** For people, in milliseconds from this time. */
    String describe(long from) {
        var end = returnedAt == NEVER ? "later" : "%.3f".formatted((returnedAt - from) / 1e6);
        return "#%d %s: %s -> %s, %.3f to %s ms"
                .formatted(number, client, call, outcome, (invokedAt - from) / 1e6, end);
    }
}
