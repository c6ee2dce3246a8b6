package io.dflockd.engine;

import java.util.List;

/** How a command ended. Every request gets exactly one, unless its session ends first. */
public sealed interface Outcome {
    /** The hold was taken, at once or after waiting. */
    record Granted(String token, long leaseMs, long fence) implements Outcome {}

    /** The hold was taken by {@link Command.Enqueue} without a wait. */
    record GrantedAtOnce(String token, long leaseMs, long fence) implements Outcome {}

    /** A place in the queue was taken. */
    record Queued() implements Outcome {}

    /** It is done, and there is nothing to add. */
    record Done() implements Outcome {}

    /** The lease starts anew. */
    record Renewed(long leaseMs, long fence) implements Outcome {}

    /** A counter's value, a list's length or a number of receivers. */
    record Count(long value) implements Outcome {}

    /** The value that was asked for. */
    record Value(String value) implements Outcome {}

    /** A value that was taken out of a list. If it cannot be delivered, {@link Command.PutBack} returns it. */
    record Popped(String key, End end, String value) implements Outcome {}

    record Values(List<String> values) implements Outcome {
        public Values {
            values = List.copyOf(values);
        }
    }

    /** There is no value. */
    record Nothing() implements Outcome {}

    /** The value is not the one that was expected, so it stays. */
    record Conflict() implements Outcome {}

    /** The time to wait ran out. */
    record TimedOut() implements Outcome {}

    record Refused(Refusal reason) implements Outcome {}

    Queued QUEUED = new Queued();
    Done DONE = new Done();
    Nothing NOTHING = new Nothing();
    Conflict CONFLICT = new Conflict();
    TimedOut TIMED_OUT = new TimedOut();
}
