package io.dflockd.testkit.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of something that is held: a lock, a semaphore, a read-write lock, an election. They differ in how many
 * holders a hold tolerates, itself included.
 */
public sealed interface HoldCall extends Call<HoldCall.State> {
    /** Of who holds a lock, writes or leads. */
    int ALONE = 1;
    /** Of who reads. */
    int SHARED = Integer.MAX_VALUE;

    /** A hold, and how many holders it tolerates. */
    record Hold(long fence, int limit) {
        @Override
        public String toString() {
            return fence + (limit == ALONE ? "" : limit == SHARED ? " shared" : " of " + limit);
        }
    }

    /** Who holds, in the order of their fences, and the highest fence that was given. */
    record State(List<Hold> holds, long lastFence) {
        static final State FREE = new State(List.of(), 0);

        boolean isHeld(long fence) {
            return holds.stream().anyMatch(hold -> hold.fence == fence);
        }

        boolean hasRoomFor(int limit) {
            return holds.size() < limit && holds.stream().allMatch(hold -> holds.size() < hold.limit);
        }

        State with(Hold hold) {
            var more = new ArrayList<>(holds);
            more.add(hold);
            return new State(more, hold.fence);
        }

        State without(long fence) {
            return new State(holds.stream().filter(hold -> hold.fence != fence).toList(), lastFence);
        }

        @Override
        public String toString() {
            return (holds.isEmpty() ? "free" : "held " + holds) + ", last fence " + lastFence;
        }
    }

    /**
     * Returns the fence as a {@code Long}, or null when not granted; that is believed, since who else waited is not known
     * here.
     */
    record Acquire(int limit) implements HoldCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            if (outcome.allows(null)) {
                return state;
            }
            long fence = fenceOf(outcome);
            boolean isRight = fence > state.lastFence && state.hasRoomFor(limit);
            return isRight ? state.with(new Hold(fence, limit)) : null;
        }

        /** The fence of the grant that this outcome is, or 0. */
        static long fenceOf(Outcome outcome) {
            return outcome instanceof Outcome.Returned returned && returned.answer() instanceof Long fence ? fence : 0;
        }

        /** A grant of which nobody heard leaves less to others. */
        @Override
        public boolean changes(Outcome outcome) {
            return fenceOf(outcome) > 0;
        }
    }

    /** Returns whether it was still held, as a {@code Boolean}. */
    record Release(long fence) implements HoldCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            return outcome.allows(state.isHeld(fence)) ? state.without(fence) : null;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return outcome.allows(true);
        }

        @Override
        public boolean isBestEarly(Operation operation, List<Operation> known) {
            return isUsedNoMore(fence, operation, known);
        }

        @Override
        public long needs() {
            return fence;
        }
    }

    /** Returns whether it was still held, as a {@code Boolean}. */
    record Renew(long fence) implements HoldCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            return outcome.allows(state.isHeld(fence)) ? state : null;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return false;
        }

        @Override
        public long needs() {
            return fence;
        }
    }

    /** The hold tolerates others that share from now on. Returns whether it was still held, as a {@code Boolean}. */
    record Downgrade(long fence) implements HoldCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            if (!outcome.allows(state.isHeld(fence))) {
                return null;
            }
            var holds = state.holds.stream()
                    .map(hold -> hold.fence == fence ? new Hold(fence, SHARED) : hold)
                    .toList();
            return new State(holds, state.lastFence);
        }

        @Override
        public boolean changes(Outcome outcome) {
            return outcome.allows(true);
        }

        @Override
        public long needs() {
            return fence;
        }
    }

    /**
     * The hold ends otherwise than by its release: it is lost, or its lease ends. Invoked when its holder cannot rely on it
     * any more, outcome unknown: at the server it ends later, or never.
     */
    record Lose(long fence) implements HoldCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            return state.isHeld(fence) ? state.without(fence) : null;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return true;
        }

        @Override
        public boolean isBestEarly(Operation operation, List<Operation> known) {
            return isUsedNoMore(fence, operation, known);
        }
    }

    /** The fence of the hold that the call needs, or 0. */
    default long needs() {
        return 0;
    }

    private static boolean isUsedNoMore(long fence, Operation since, List<Operation> known) {
        return known.stream()
                .noneMatch(other -> other.returnedAt() >= since.invokedAt() && other.outcome().allows(true)
                        && other.call() instanceof HoldCall call && call.needs() == fence);
    }

    @Override
    default String kind() {
        return "hold";
    }

    @Override
    default State initial() {
        return State.FREE;
    }
}
