package io.dflockd.protocol;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a client can ask. A record holds what the three lines said after the checks that need no state; whether it can
 * be granted is the server's business. Durations are milliseconds, whatever the form in which they stand on the wire.
 */
public sealed interface Request {
    /** The command word. Several records serve a family of words that differ in name only. */
    Verb verb();

    /** The key, pattern or channel; empty where the command has none. */
    String key();

    /** The longest that the server may keep the request waiting; 0 for one that never waits. */
    default long waitMs() {
        return 0;
    }

    /** Whether the answer may bring a grant or a popped value, which is without an owner if nobody reads it. */
    default boolean givesSomething() {
        return false;
    }

    /** Whether it only asks, so that asking twice does no harm. */
    default boolean isRead() {
        return false;
    }

    /**
     * Takes a lock, semaphore permit, read lock, write lock or leadership, waiting up to the timeout.
     *
     * @param limit how many may hold it at once; 1 except for {@code sl}
     * @param leaseMs 0 for the server's default
     * @param form how durations are written, here and in the answer
     */
    record Acquire(Verb verb, String key, long timeoutMs, long limit, long leaseMs, DurationForm form)
            implements
                Request {
        @Override
        public long waitMs() {
            return timeoutMs;
        }

        @Override
        public boolean givesSomething() {
            return true;
        }
    }

    /** Takes it when free or a place in its queue, without waiting; {@link Wait} collects the grant. */
    record Enqueue(Verb verb, String key, long limit, long leaseMs, DurationForm form) implements Request {
        @Override
        public boolean givesSomething() {
            return true;
        }
    }

    /** Waits for the grant of an earlier {@link Enqueue} of the same connection and key. */
    record Wait(Verb verb, String key, long timeoutMs, DurationForm form) implements Request {
        @Override
        public long waitMs() {
            return timeoutMs;
        }

        @Override
        public boolean givesSomething() {
            return true;
        }
    }

    /** Gives a hold back; {@code resign} is this with a different announcement. */
    record Release(Verb verb, String key, String token) implements Request {}

    /** Starts the lease of a hold anew. {@code leaseMs} is 0 for the server's default. */
    record Renew(Verb verb, String key, String token, long leaseMs, DurationForm form) implements Request {}

    /** Has a hold leave its session: from now on only its lease and its token end it. */
    record Keep(String key, String token, long leaseMs, DurationForm form) implements Request {
        @Override
        public Verb verb() {
            return Verb.KEEP;
        }
    }

    /**
     * Makes a read hold of a write hold, under the same token and with nobody in between. {@code leaseMs} is 0 for the
     * server's default.
     */
    record Downgrade(String key, String token, long leaseMs, DurationForm form) implements Request {
        @Override
        public Verb verb() {
            return Verb.DOWNGRADE;
        }
    }

    /** Asks who holds a key and who waits for it. {@code limit} is 0 for the server's own bound of the rows. */
    record Holders(String key, long limit) implements Request {
        @Override
        public Verb verb() {
            return Verb.HOLDERS;
        }
    }

    /** Takes the hold with that fence away from its holder. */
    record Revoke(String key, long fence) implements Request {
        @Override
        public Verb verb() {
            return Verb.REVOKE;
        }
    }

    /** Adds to a counter ({@code incr}) or subtracts from it ({@code decr}). */
    record Add(Verb verb, String key, long delta) implements Request {}

    record GetCounter(String key) implements Request {
        @Override
        public Verb verb() {
            return Verb.GET;
        }

        @Override
        public boolean isRead() {
            return true;
        }
    }

    record SetCounter(String key, long value) implements Request {
        @Override
        public Verb verb() {
            return Verb.CSET;
        }
    }

    /** Stores a value. {@code ttlMs} is 0 for one that does not expire. */
    record SetValue(String key, String value, long ttlMs) implements Request {
        @Override
        public Verb verb() {
            return Verb.KSET;
        }
    }

    record GetValue(String key) implements Request {
        @Override
        public Verb verb() {
            return Verb.KGET;
        }

        @Override
        public boolean isRead() {
            return true;
        }
    }

    record DeleteValue(String key) implements Request {
        @Override
        public Verb verb() {
            return Verb.KDEL;
        }
    }

    /** Replaces the value if it is {@code expected}; an empty {@code expected} means that there must be none. */
    record SwapValue(String key, String expected, String value, long ttlMs) implements Request {
        @Override
        public Verb verb() {
            return Verb.KCAS;
        }
    }

    /** Adds a value at the left or right end of a list. */
    record Push(Verb verb, String key, String value) implements Request {}

    /** Takes the value at the left or right end of a list, if there is one. */
    record Pop(Verb verb, String key) implements Request {
        @Override
        public boolean givesSomething() {
            return true;
        }
    }

    /** Takes a value as {@link Pop} does, waiting up to the timeout for one. */
    record BlockingPop(Verb verb, String key, long timeoutMs) implements Request {
        @Override
        public long waitMs() {
            return timeoutMs;
        }

        @Override
        public boolean givesSomething() {
            return true;
        }
    }

    record ListLength(String key) implements Request {
        @Override
        public Verb verb() {
            return Verb.LLEN;
        }

        @Override
        public boolean isRead() {
            return true;
        }
    }

    /** Reads the values from {@code start} to {@code stop}, inclusive; negative positions count from the end. */
    record ListRange(String key, long start, long stop) implements Request {
        @Override
        public Verb verb() {
            return Verb.LRANGE;
        }

        @Override
        public boolean isRead() {
            return true;
        }
    }

    /** Subscribes to signals. An empty group means every listener gets its own copy. */
    record Listen(String key, String group) implements Request {
        @Override
        public Verb verb() {
            return Verb.LISTEN;
        }
    }

    record Unlisten(String key, String group) implements Request {
        @Override
        public Verb verb() {
            return Verb.UNLISTEN;
        }
    }

    /** Sends a payload to the listeners of a channel. */
    record Signal(String key, String payload) implements Request {
        @Override
        public Verb verb() {
            return Verb.SIGNAL;
        }
    }

    record Watch(String key) implements Request {
        @Override
        public Verb verb() {
            return Verb.WATCH;
        }
    }

    record Unwatch(String key) implements Request {
        @Override
        public Verb verb() {
            return Verb.UNWATCH;
        }
    }

    /** Waits until {@code count} connections wait at the barrier. */
    record AwaitBarrier(String key, long count, long timeoutMs) implements Request {
        @Override
        public Verb verb() {
            return Verb.BWAIT;
        }

        @Override
        public long waitMs() {
            return timeoutMs;
        }
    }

    /** Subscribes to the leader events of an election. */
    record Observe(String key) implements Request {
        @Override
        public Verb verb() {
            return Verb.OBSERVE;
        }
    }

    record Unobserve(String key) implements Request {
        @Override
        public Verb verb() {
            return Verb.UNOBSERVE;
        }
    }

    record Auth(String token) implements Request {
        @Override
        public Verb verb() {
            return Verb.AUTH;
        }

        @Override
        public String key() {
            return "";
        }

        /** Leaves the secret out. */
        @Override
        public String toString() {
            return "Auth[token=***]";
        }
    }

    record Stats() implements Request {
        @Override
        public Verb verb() {
            return Verb.STATS;
        }

        @Override
        public String key() {
            return "";
        }
    }

    /**
     * Asks about a cluster, or has it do something.
     *
     * @param subject whom it is about; empty where that is left open
     */
    record Cluster(Act act, String subject) implements Request {
        /** What it is about. */
        public enum Act {
            /** Who leads, in which term, and where the members are; {@link Members} is the answer. */
            MEMBERS(""),
            /** How each of them is, for people; the answer is JSON, as are the following. */
            STATUS("status"),
            /** Has another member lead, this one or whichever can best. For administrators, as are the following. */
            TRANSFER("transfer"),
            /** Makes a node a member, which is named as in {@code n4=10.0.0.4:6388:6390}. */
            ADD("add"),
            /** Lets the cluster go on without a member. */
            REMOVE("remove"),
            /** Changes a limit that all members hold to, as in {@code max-locks=100000}. */
            SET("set"),
            /** Puts the newest rules in force that all members know. */
            UPGRADE("upgrade");

            private final String word;

            Act(String word) {
                this.word = word;
            }

            /** What the argument begins with. */
            public String word() {
                return word;
            }

            /** Null where there is none. */
            static @Nullable Act of(String word) {
                for (var act : values()) {
                    if (act.word.equals(word)) {
                        return act;
                    }
                }
                return null;
            }

            boolean mayHaveSubject() {
                return this == TRANSFER || needsSubject();
            }

            boolean needsSubject() {
                return this == ADD || this == REMOVE || this == SET;
            }
        }

        /** The one that every member of a cluster answers to everybody. */
        public Cluster() {
            this(Act.MEMBERS, "");
        }

        @Override
        public Verb verb() {
            return Verb.CLUSTER;
        }

        @Override
        public String key() {
            return "";
        }
    }

    /** Asks for nothing but an answer, so that a silent connection can show that it lives. */
    record Ping() implements Request {
        @Override
        public Verb verb() {
            return Verb.PING;
        }

        @Override
        public String key() {
            return "";
        }
    }

    /**
     * Introduces the client by name, asks which extensions the server has, and wishes for some that change what the
     * server sends. A wish that the server does not know is none.
     */
    record Hello(Set<String> wishes, String clientName) implements Request {
        /** The wish to be told with {@link io.dflockd.protocol.Push.Lost} of holds that end. */
        public static final String LOST = "lost";

        static final String NO_WISHES = "_";

        public Hello {
            wishes = Set.copyOf(wishes);
        }

        @Override
        public Verb verb() {
            return Verb.HELLO;
        }

        @Override
        public String key() {
            return wishes.isEmpty() ? NO_WISHES : String.join(",", new TreeSet<>(wishes));
        }
    }

    /**
     * Makes this connection speak for the session of that name, which outlives its connection by the grace.
     *
     * @param id the name, which the client chose and keeps to itself
     * @param received how many answers of that session the client has read
     */
    record Resume(String id, long graceSeconds, long received) implements Request {
        @Override
        public Verb verb() {
            return Verb.SESSION;
        }

        @Override
        public String key() {
            return id;
        }

        /** Leaves the secret out. */
        @Override
        public String toString() {
            return "Resume[graceSeconds=" + graceSeconds + ", received=" + received + "]";
        }
    }

    /** Says how many answers of its session the client has read, so that the server can forget them. Is not answered. */
    record Acknowledge(long received) implements Request {
        @Override
        public Verb verb() {
            return Verb.ACK;
        }

        @Override
        public String key() {
            return "";
        }
    }

    /** Ends the session at once, with all that it owns. */
    record Bye() implements Request {
        @Override
        public Verb verb() {
            return Verb.BYE;
        }

        @Override
        public String key() {
            return "";
        }
    }

    /** Ends the wait of the request with this tag, which is answered as if its time had run out. */
    record Cancel(String tag) implements Request {
        @Override
        public Verb verb() {
            return Verb.CANCEL;
        }

        @Override
        public String key() {
            return "";
        }
    }

    /**
     * Three lines that are no request, or one line that was too long; both are answered in their turn. After
     * {@link ProtocolError#LINE_TOO_LONG} the connection is of no further use.
     *
     * @param line the command line, for the log
     */
    record Malformed(ProtocolError error, String line) implements Request {
        @Override
        public Verb verb() {
            throw new IllegalStateException("a malformed request has no verb: " + line);
        }

        @Override
        public String key() {
            return "";
        }
    }
}
