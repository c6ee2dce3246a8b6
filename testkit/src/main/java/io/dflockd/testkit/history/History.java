package io.dflockd.testkit.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records what clients do. The clock is the caller's, in nanoseconds: the time of an invocation is read before anything is
 * sent, that of a return after the answer has come. All clients read the same clock. Thread-safe.
 */
public final class History {
    private static final Outcome.Unknown UNKNOWN = new Outcome.Unknown();

    private final int most;
    private final List<Pending> recorded = new ArrayList<>();

    /** For so many operations at most. */
    public History(int most) {
        this.most = most;
    }

    /**
     * Begins an operation. One that is not ended is of unknown outcome.
     *
     * @throws IllegalStateException when the history is full
     */
    public synchronized Pending invoke(String client, String key, Call<?> call, long now) {
        if (recorded.size() == most) {
            throw new IllegalStateException("the history is full: it takes " + most + " operations");
        }
        var pending = new Pending(recorded.size() + 1, client, key, call, now);
        recorded.add(pending);
        return pending;
    }

    /** What may happen from this time on, without anybody being told of it: a lease that ends, a value that goes back. */
    public void mayHappen(String client, String key, Call<?> call, long from) {
        invoke(client, key, call, from).unknown();
    }

    /** Whether another operation can be begun. */
    public synchronized boolean hasRoom() {
        return recorded.size() < most;
    }

    /** All operations, in the order in which they were begun. */
    public synchronized List<Operation> operations() {
        return recorded.stream().map(Pending::operation).toList();
    }

    /** An operation that is under way. It is ended once. Thread-safe. */
    public static final class Pending {
        private final Operation begun;
        private @Nullable Operation ended;

        private Pending(int number, String client, String key, Call<?> call, long now) {
            begun = new Operation(number, client, key, call, now, Operation.NEVER, UNKNOWN);
        }

        /** The answer has come. */
        public void returned(@Nullable Object answer, long now) {
            end(now, new Outcome.Returned(answer));
        }

        /** It has no effect, and cannot have one later. */
        public void refused(String why, long now) {
            end(now, new Outcome.Refused(why));
        }

        /** Nobody knows: the connection broke, or no answer came in time. */
        public void unknown() {
            end(Operation.NEVER, UNKNOWN);
        }

        private synchronized void end(long now, Outcome outcome) {
            if (ended != null) {
                throw new IllegalStateException("ended twice: " + ended + ", then with " + outcome);
            }
            ended = new Operation(begun.number(), begun.client(), begun.key(), begun.call(), begun.invokedAt(), now,
                    outcome);
        }

        private synchronized Operation operation() {
            return ended == null ? begun : ended;
        }
    }
}
