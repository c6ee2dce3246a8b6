package io.dflockd.protocol;

/** The one line that answers a request. */
public sealed interface Reply {
    /** A status and nothing else. */
    record Word(Status status) implements Reply {}

    /** A grant: {@code ok} from the commands that wait, {@code acquired} from those that enqueue. */
    record Granted(Status status, String token, long leaseSeconds, long fence) implements Reply {}

    /** A lease that starts anew. */
    record Renewed(long leaseSeconds, long fence) implements Reply {}

    /** {@code ok} with a number. */
    record Count(long value) implements Reply {}

    /** {@code ok} with text; empty text leaves the bare word. */
    record Text(String text) implements Reply {}

    /** A line that this version cannot read, kept whole. */
    record Unknown(String line) implements Reply {}
}
