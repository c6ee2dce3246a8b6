package io.dflockd.engine;

import java.util.List;

/** What the engine can be told to do. Durations are in milliseconds. Instances are valid by construction. */
public sealed interface Command {
    /** Moves the time on, so that what is due happens also while no client asks for anything. */
    record Tick() implements Command {}

    /**
     * The connection asks to speak for the named session, which is made where there is none of this name. Refused for a
     * connection that has a named session, owns something or waits for something.
     *
     * @param number the number of the session if it is new; never used before, for a connection neither
     * @param name what the session is known by; the driver gives a digest, because the name itself is a secret
     * @param graceMs how long it is to outlive its connection, if it is new
     */
    record Attach(long number, String name, long graceMs) implements Command {
        public Attach {
            requirePositive("number", number);
            requirePositive("graceMs", graceMs);
        }
    }

    /**
     * The connection has ended. What it alone could have received goes on to others or back to where it came from. A
     * session without a name ends with it, one with a name begins its grace.
     *
     * @param undelivered the grants and popped values that it was sent outside of the count of a named session and whose
     *     line the socket did not take whole, the latest first
     * @param missed how many events it was to be sent that the socket did not take
     */
    record Detach(List<Outcome> undelivered, long missed) implements Command {
        public Detach {
            undelivered = List.copyOf(undelivered);
            requireNotNegative("missed", missed);
        }
    }

    /** Ends the session at once. What it was owed goes back. The connection goes on without one. */
    record Bye() implements Command {}

    /** Says nothing but what the action says with {@link Action#received}. Is not answered. */
    record Acknowledge() implements Command {}

    /** Answers a request that was refused before it could become a command. */
    record Refuse(Refusal reason) implements Command {}

    /** Answers that all is well. */
    record Ping() implements Command {}

    /**
     * Says who the session's client is and what it wants to be told.
     *
     * @param wantsLost whether it is told when a hold of its ends otherwise than by its own release
     */
    record Introduce(String clientName, boolean wantsLost) implements Command {}

    /**
     * The session belongs to this owner from now on: what is taken in it counts for that one, together with all that was
     * taken in other sessions that do, and is held to these limits. What is there already stays. Is not answered.
     *
     * @param owner empty for nobody
     * @param maxHolds as the other two: 0 for any amount
     * @param maxWaiters places in queues, at lists and at barriers
     * @param maxValueBytes what values, counters and lists may take
     */
    record Belong(String owner, int maxHolds, int maxWaiters, long maxValueBytes) implements Command {
        public Belong {
            requireNotNegative("maxHolds", maxHolds);
            requireNotNegative("maxWaiters", maxWaiters);
            requireNotNegative("maxValueBytes", maxValueBytes);
        }
    }

    /**
     * Another leader leads, in this term. The connections of the earlier ones are gone: named sessions that were attached
     * are away from now on, with their full grace. Sessions without a name end, but what they hold stays until its lease
     * ends, or its token releases it: their clients may still believe in it. What was sent to the connections outside of
     * any count and not received is lost. An engine that has seen this term or a later one fails.
     *
     * @param wallMicros the fences of later grants are above it, so that they rise also where an old state was restored
     */
    record OpenTerm(long term, long wallMicros) implements Command {
        public OpenTerm {
            requirePositive("term", term);
            requireNotNegative("wallMicros", wallMicros);
        }
    }

    /**
     * New things are held to these limits from now on. Nothing that there is ends for it, also where it is more than there
     * may be now. Only answers that nobody has acknowledged are held to what they may take of the new memory at once.
     */
    record SetLimits(EngineLimits limits) implements Command {}

    /** The rules of this number are in force from now on. An engine that does not know them fails. */
    record SetRules(int rules) implements Command {
        public SetRules {
            requirePositive("rules", rules);
        }
    }

    /**
     * Says what the state was after a batch of the log, for whoever applied that batch too. Changes nothing.
     *
     * @param term the term of the batch
     * @param number which batch of its term it was
     * @param digest of what is counted
     */
    record Checkpoint(long term, long number, long digest) implements Command {}

    /** Refuses every waiting request with {@link Refusal#DRAINING}, because the server is about to stop. */
    record Drain() implements Command {}

    /** Lets the time of a waiting request of the session run out now. Does nothing to one that does not wait. */
    record Cancel(long request) implements Command {}

    /**
     * Takes a hold, waiting up to {@code waitMs} in the queue for it.
     *
     * @param limit how many permits the key has: 1 or more for {@link Mode#PERMIT}, 1 for {@link Mode#LEADERSHIP}, without
     *     a meaning for the others
     * @param inMs whether the answer is wanted in milliseconds, here and in the others
     */
    record Acquire(String key, Mode mode, long limit, long waitMs, long leaseMs, boolean inMs) implements Command {
        public Acquire {
            requireLimit(mode, limit);
            requireNotNegative("waitMs", waitMs);
            requirePositive("leaseMs", leaseMs);
        }
    }

    /** Takes a hold or a place in the queue, without waiting. {@link Await} collects it. */
    record Enqueue(String key, Mode mode, long limit, long leaseMs, boolean inMs) implements Command {
        public Enqueue {
            requireLimit(mode, limit);
            requirePositive("leaseMs", leaseMs);
        }
    }

    /** Waits up to {@code waitMs} for the hold that the session's {@link Enqueue} of this key is to become. */
    record Await(String key, long waitMs, boolean inMs) implements Command {
        public Await {
            requireNotNegative("waitMs", waitMs);
        }
    }

    /** Gives a hold up. Whoever knows the token may do so. {@code resign} announces the end of a leadership. */
    record Release(String key, String token, boolean resign) implements Command {}

    /** Lets the lease of a hold start anew. Whoever knows the token may do so. */
    record Renew(String key, String token, long leaseMs, boolean inMs) implements Command {
        public Renew {
            requirePositive("leaseMs", leaseMs);
        }
    }

    /** Takes a hold out of its session: it lives until its lease, which starts anew, ends or its token releases it. */
    record Keep(String key, String token, long leaseMs, boolean inMs) implements Command {
        public Keep {
            requirePositive("leaseMs", leaseMs);
        }
    }

    /** Makes a write hold a read hold under the same token, with nobody in between. Its lease starts anew. */
    record Downgrade(String key, String token, long leaseMs, boolean inMs) implements Command {
        public Downgrade {
            requirePositive("leaseMs", leaseMs);
        }
    }

    /** Ends the hold of this fence, whoever has it, if it is current. */
    record Revoke(String key, long fence) implements Command {}

    /**
     * Ends the session of this number, which has a name, as {@link Bye} does, whoever speaks for it: that connection ends.
     * Refused where there is none.
     */
    record EndSession(long session) implements Command {
        public EndSession {
            requirePositive("session", session);
        }
    }

    /** Adds to a counter, which starts at 0. Refused where the sum does not fit 64 bits. */
    record Increment(String key, long by) implements Command {}

    /** Subtracts from a counter. Apart from {@link Increment}, as the smallest number has no opposite. */
    record Decrement(String key, long by) implements Command {}

    /** Asks and changes nothing, so the answer may be asked for anew instead of being kept. */
    sealed interface Read extends Command {}

    record GetCounter(String key) implements Read {}

    record SetCounter(String key, long value) implements Command {}

    /** Stores a value that is not empty. {@code ttlMs} is 0 for one that does not expire. */
    record SetValue(String key, String value, long ttlMs) implements Command {
        public SetValue {
            requireValue(value);
            requireNotNegative("ttlMs", ttlMs);
        }
    }

    record GetValue(String key) implements Read {}

    record DeleteValue(String key) implements Command {}

    /** Replaces the value if it is {@code expected}; an empty {@code expected} means that there must be none. */
    record SwapValue(String key, String expected, String value, long ttlMs) implements Command {
        public SwapValue {
            requireValue(value);
            requireNotNegative("ttlMs", ttlMs);
        }
    }

    /** Hands a value to the first who waits for one, or else adds it to the list. */
    record Push(String key, End end, String value) implements Command {}

    record Pop(String key, End end) implements Command {}

    /** Takes a value, waiting up to {@code waitMs} for one. */
    record BlockingPop(String key, End end, long waitMs) implements Command {
        public BlockingPop {
            requireNotNegative("waitMs", waitMs);
        }
    }

    record ListLength(String key) implements Read {}

    /** Reads the values from {@code start} to {@code stop}, inclusive; negative positions count from the end. */
    record ListRange(String key, long start, long stop) implements Read {}

    /** Asks who holds a key and who waits for it: of each at most so many. */
    record ListHolders(String key, int limit) implements Read {
        public ListHolders {
            requireNotNegative("limit", limit);
        }
    }

    /** Subscribes to the signals of a valid pattern. An empty group means that every listener gets a copy. */
    record Listen(String pattern, String group) implements Command {}

    record Unlisten(String pattern, String group) implements Command {}

    /** Sends a payload to the listeners of a channel, and answers how many copies went out. */
    record Signal(String channel, String payload) implements Command {}

    /** Subscribes to what happens to the keys of a valid pattern. */
    record Watch(String pattern) implements Command {}

    record Unwatch(String pattern) implements Command {}

    /** Waits up to {@code waitMs} until {@code count} sessions wait at the barrier. */
    record AwaitBarrier(String key, long count, long waitMs) implements Command {
        public AwaitBarrier {
            requirePositive("count", count);
            requireNotNegative("waitMs", waitMs);
        }
    }

    /** Subscribes to the leader events of an election. */
    record Observe(String key) implements Command {}

    record Unobserve(String key) implements Command {}

    private static void requireLimit(Mode mode, long limit) {
        if ((!mode.isReadWrite() && limit <= 0) || (mode == Mode.LEADERSHIP && limit != 1)) {
            throw new IllegalArgumentException("limit is " + limit + ", must be "
                    + (mode == Mode.LEADERSHIP ? "1 for an election" : "above 0"));
        }
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is " + value + ", must be above 0");
        }
    }

    private static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is " + value + ", must be 0 or more");
        }
    }

    private static void requireValue(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a value must not be empty");
        }
    }
}
