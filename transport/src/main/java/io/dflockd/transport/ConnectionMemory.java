package io.dflockd.transport;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What all connections together take: each for being there, and what was read and may not start yet, requests that have
 * half arrived, tags in flight, what is to be written. Where that is more than the bound, the connection that takes most is
 * ended; of those about as large, the one that has neither got nor given anything for longest: so who takes what it asks for
 * outlives those who leave theirs. A line that many are sent counts once, but weighs with each of them when the largest is
 * sought.
 *
 * <p>What a connection takes is counted in large steps, and what is below {@value #FREE_BYTES} bytes does not count: so the
 * figures change seldom, and one that answers as it is asked never comes here. There is a list for each power of two, so one
 * of the largest is found without a search, in the highest list that is not empty. Thread-safe; calls nobody with its own
 * lock held.
 */
final class ConnectionMemory {
    /** What each connection may take uncounted. */
    static final long FREE_BYTES = 2048;

    private static final int BUCKETS = 63;
    private static final int STEPS = 4;
    /** Smaller figures go in powers of two. */
    private static final long LEAST_IN_STEPS = 16 * 1024;

    private final long bound;
    private final Object lock = new Object();
    /** The ends of each list, which goes from who moved longest ago; those in list n take from 2^n to below 2^(n+1) bytes. */
    private final @Nullable Account[] buckets = new @Nullable Account[BUCKETS];
    private final @Nullable Account[] latest = new @Nullable Account[BUCKETS];
    /** A bit for each list that is not empty. */
    private long filled;
    private long used;
    /** What those take that are told to end and have not ended yet. */
    private long leaving;

    ConnectionMemory(long bound) {
        this.bound = bound;
    }

    /**
     * A new account.
     *
     * @param fixed what its owner takes for being there, which ending it would free, but does not make it larger than others
     * @param evict is told with how many bytes it was the largest when it has to end
     */
    Account open(long fixed, LongConsumer evict) {
        synchronized (lock) {
            used += fixed;
        }
        return new Account(fixed, evict);
    }

    /** There is one more line of so many bytes, of which each that is to send it has its {@link Account#output share}. */
    void share(long bytes) {
        synchronized (lock) {
            used += bytes;
        }
    }

    /** Nobody is to send the line any more. */
    void unshare(long bytes) {
        synchronized (lock) {
            used -= bytes;
        }
    }

    /** What is counted now. */
    long used() {
        synchronized (lock) {
            return used;
        }
    }

    /** What one connection takes. Each of its two sides belongs to one thread at a time. */
    final class Account {
        private final long fixed;
        private final LongConsumer evict;
        private long input;
        private long output;
        private long shared;
        /** Up to and including so many bytes to be written, and above so many, nothing changes. */
        private long quietUpTo = FREE_BYTES;
        private long quietAbove = -1;
        /** What of it is counted, and how large it is with what it shares. */
        private long total;
        private long weight;
        private boolean evicted;
        private boolean closed;
        private @Nullable Account before;
        private @Nullable Account after;

        private Account(long fixed, LongConsumer evict) {
            this.fixed = fixed;
            this.evict = evict;
        }

        /** So many bytes were read and are still here. */
        void input(long bytes) {
            long charge = charge(bytes, input);
            if (charge != input) {
                long more = charge - input;
                input = charge;
                if (change(this, more, more)) {
                    relieve();
                }
            }
        }

        /** Whether {@link #output} would change nothing. The usual answer, since figures change in large steps. */
        boolean isQuiet(long bytes, long sharedBytes) {
            return bytes <= quietUpTo && bytes > quietAbove && (sharedBytes | shared) == 0;
        }

        /**
         * So many bytes are to be written, and so many more of lines that others are to be sent too. Returns whether it is
         * time to {@link #relieve}.
         */
        boolean output(long bytes, long sharedBytes) {
            long charge = charge(bytes, output);
            long sharedCharge = charge(sharedBytes, shared);
            if (charge == output && sharedCharge == shared) {
                return false;
            }
            long more = charge - output;
            long moreShared = sharedCharge - shared;
            output = charge;
            shared = sharedCharge;
            quietUpTo = charge == 0 ? FREE_BYTES : charge;
            quietAbove = charge == 0 ? -1 : charge / 2;
            return change(this, more, more + moreShared);
        }

        /** Something of it was written, though not so much that the figures change. */
        void progress() {
            if ((output | shared) != 0) {
                change(this, 0, 0);
            }
        }

        /** Has the largest end, this one or others, until all together take no more than they may. */
        void relieve() {
            for (var victim = nextVictim(); victim != null; victim = nextVictim()) {
                victim.evict.accept(victim.weight);
            }
        }

        /** It takes nothing any more, whatever comes. */
        void close() {
            synchronized (lock) {
                if (!closed) {
                    move(this, -total, -weight);
                    used -= fixed;
                    closed = true;
                }
            }
        }
    }

    private static long charge(long bytes, long present) {
        if (present == 0 ? bytes <= FREE_BYTES : bytes <= present && bytes > present / 2) {
            return present;
        }
        if (bytes <= FREE_BYTES) {
            return 0;
        }
        long power = Long.highestOneBit(bytes);
        long step = bytes < LEAST_IN_STEPS ? power : power / STEPS;
        return (bytes + step - 1) / step * step;
    }

    /** Returns whether all together take too much now. */
    private boolean change(Account account, long more, long moreWeight) {
        synchronized (lock) {
            if (account.closed) {
                return false;
            }
            move(account, more, moreWeight);
            return moreWeight > 0 && isExceeded();
        }
    }

    private boolean isExceeded() {
        return used - leaving > bound && filled != 0;
    }

    private @Nullable Account nextVictim() {
        synchronized (lock) {
            if (!isExceeded()) {
                return null;
            }
            var largest = buckets[bucket(filled)];
            if (largest != null) {
                unlink(largest);
                largest.evicted = true;
                leaving += largest.weight;
            }
            return largest;
        }
    }

    private void move(Account account, long more, long moreWeight) {
        used += more;
        account.total += more;
        if (account.evicted) {
            leaving += moreWeight;
            account.weight += moreWeight;
            return;
        }
        unlink(account);
        account.weight += moreWeight;
        link(account);
    }

    private void link(Account account) {
        if (account.weight == 0) {
            return;
        }
        int bucket = bucket(account.weight);
        var last = latest[bucket];
        account.before = last;
        if (last == null) {
            buckets[bucket] = account;
        } else {
            last.after = account;
        }
        latest[bucket] = account;
        filled |= 1L << bucket;
    }

    private void unlink(Account account) {
        if (account.weight == 0) {
            return;
        }
        int bucket = bucket(account.weight);
        var before = account.before;
        var after = account.after;
        if (before != null) {
            before.after = after;
        } else {
            buckets[bucket] = after;
            if (after == null) {
                filled &= ~(1L << bucket);
            }
        }
        if (after != null) {
            after.before = before;
        } else {
            latest[bucket] = before;
        }
        account.before = null;
        account.after = null;
    }

    private static int bucket(long bytes) {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes);
    }
}
