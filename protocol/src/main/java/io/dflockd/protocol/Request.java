package io.dflockd.protocol;

/**
 * What a client can ask. A record holds what the three lines said after the checks that need no state; whether it can
 * be granted is the server's business. Durations are whole seconds, as on the wire.
 */
public sealed interface Request {
    /** The command word. Several records serve a family of words that differ in name only. */
    Verb verb();

    /** The key, pattern or channel; empty where the command has none. */
    String key();

    /**
     * Takes a lock, semaphore permit, read lock, write lock or leadership, waiting up to the timeout.
     *
     * @param limit how many may hold it at once; 1 except for {@code sl}
     * @param leaseSeconds 0 for the server's default
     */
    record Acquire(Verb verb, String key, long timeoutSeconds, long limit, long leaseSeconds) implements Request {}

    /** Takes it when free or a place in its queue, without waiting; {@link Wait} collects the grant. */
    record Enqueue(Verb verb, String key, long limit, long leaseSeconds) implements Request {}

    /** Waits for the grant of an earlier {@link Enqueue} of the same connection and key. */
    record Wait(Verb verb, String key, long timeoutSeconds) implements Request {}

    /** Gives a hold back; {@code resign} is this with a different announcement. */
    record Release(Verb verb, String key, String token) implements Request {}

    /** Starts the lease of a hold anew. {@code leaseSeconds} is 0 for the server's default. */
    record Renew(Verb verb, String key, String token, long leaseSeconds) implements Request {}

    /** Adds to a counter ({@code incr}) or subtracts from it ({@code decr}). */
    record Add(Verb verb, String key, long delta) implements Request {}

    record GetCounter(String key) implements Request {
        @Override
        public Verb verb() {
            return Verb.GET;
        }
    }

    record SetCounter(String key, long value) implements Request {
        @Override
        public Verb verb() {
            return Verb.CSET;
        }
    }

    /** Stores a value. {@code ttlSeconds} is 0 for one that does not expire. */
    record SetValue(String key, String value, long ttlSeconds) implements Request {
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
    }

    record DeleteValue(String key) implements Request {
        @Override
        public Verb verb() {
            return Verb.KDEL;
        }
    }

    /** Replaces the value if it is {@code expected}; an empty {@code expected} means that there must be none. */
    record SwapValue(String key, String expected, String value, long ttlSeconds) implements Request {
        @Override
        public Verb verb() {
            return Verb.KCAS;
        }
    }

    /** Adds a value at the left or right end of a list. */
    record Push(Verb verb, String key, String value) implements Request {}

    /** Takes the value at the left or right end of a list, if there is one. */
    record Pop(Verb verb, String key) implements Request {}

    /** Takes a value as {@link Pop} does, waiting up to the timeout for one. */
    record BlockingPop(Verb verb, String key, long timeoutSeconds) implements Request {}

    record ListLength(String key) implements Request {
        @Override
        public Verb verb() {
            return Verb.LLEN;
        }
    }

    /** Reads the values from {@code start} to {@code stop}, inclusive; negative positions count from the end. */
    record ListRange(String key, long start, long stop) implements Request {
        @Override
        public Verb verb() {
            return Verb.LRANGE;
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
    record AwaitBarrier(String key, long count, long timeoutSeconds) implements Request {
        @Override
        public Verb verb() {
            return Verb.BWAIT;
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

    /** Introduces the client by name and asks which extensions the server has. */
    record Hello(String clientName) implements Request {
        @Override
        public Verb verb() {
            return Verb.HELLO;
        }

        @Override
        public String key() {
            return "";
        }
    }

    /**
     * Makes this connection speak for the session of that name, which outlives its connection by the grace.
     *
     * @param id the name, which the client chose and keeps to itself
     */
    record Resume(String id, long graceSeconds) implements Request {
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
            return "Resume[graceSeconds=" + graceSeconds + "]";
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
