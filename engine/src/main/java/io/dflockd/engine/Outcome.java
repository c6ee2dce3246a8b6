package io.dflockd.engine;

import java.util.List;

/** How a command ended. Every request gets exactly one, unless its session ends first. */
public sealed interface Outcome {
    /** Something that belongs to the receiver alone: if it never arrives, it must go on to others or back. */
    sealed interface Precious extends Outcome {
        String key();
    }

    /** The hold was taken, at once or after waiting. {@code inMs} tells the form in which the lease is wanted. */
    record Granted(String key, String token, long leaseMs, long fence, boolean inMs) implements Precious {}

    /** The hold was taken by {@link Command.Enqueue} without a wait. */
    record GrantedAtOnce(String key, String token, long leaseMs, long fence, boolean inMs) implements Precious {}

    /** A value that was taken out of a list. */
    record Popped(String key, End end, String value) implements Precious {}

    /** A place in the queue was taken. */
    record Queued() implements Outcome {}

    /** It is done, and there is nothing to add. */
    record Done() implements Outcome {}

    /** The lease starts anew. */
    record Renewed(long leaseMs, long fence, boolean inMs) implements Outcome {}

    /** The write hold is a read hold now. */
    record Downgraded(String token, long leaseMs, long fence, boolean inMs) implements Outcome {}

    /** The connection speaks for a new session. */
    record SessionNew(long graceMs) implements Outcome {}

    /** The connection speaks for a session that was there. {@code seen} is the last number that it has taken. */
    record SessionResumed(long graceMs, long seen) implements Outcome {}

    /** A counter's value, a list's length or a number of receivers. */
    record Count(long value) implements Outcome {}

    /** The value that was asked for. */
    record Value(String value) implements Outcome {}

    /**
     * Values of a list.
     *
     * @param bytes at least what their texts take: as long as the answer is not sent, it keeps them, also where they have left
     *     their list
     */
    record Values(List<String> values, long bytes) implements Outcome {}

    /** Who holds a key and who waits for it. */
    record Holders(HolderList list) implements Outcome {}

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
