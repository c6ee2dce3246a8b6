package io.dflockd.protocol;

/** The one line that answers a request. */
public sealed interface Reply {
    /** A status and nothing else. */
    record Word(Status status) implements Reply {}

    /** A grant: {@code ok} from the commands that wait, {@code acquired} from those that enqueue. */
    record Granted(Status status, String token, long leaseMs, DurationForm form, long fence) implements Reply {}

    /** A lease that starts anew. */
    record Renewed(long leaseMs, DurationForm form, long fence) implements Reply {}

    /**
     * The connection speaks for the session that it named.
     *
     * @param resumed false where it is new, so that all that an earlier one of this name had is gone
     * @param graceSeconds how long it outlives its connection
     * @param seen the number of the last request that it took; 0 for a new one
     */
    record Session(boolean resumed, long graceSeconds, long seen) implements Reply {}

    /** {@code ok} with a number. */
    record Count(long value) implements Reply {}

    /** {@code ok} with text; empty text leaves the bare word. */
    record Text(String text) implements Reply {}

    /** A line that this version cannot read, kept whole. */
    record Unknown(String line) implements Reply {}
}
