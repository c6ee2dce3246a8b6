package io.dflockd.testkit.history;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What can be asked of a value, which is absent at first. */
public sealed interface ValueCall extends Call<ValueCall.State> {
    /** What is there; null if nothing is. */
    record State(@Nullable String value) {
        static final State ABSENT = new State(null);

        @Override
        public String toString() {
            return value == null ? "absent" : value;
        }
    }

    /** Returns the value, or null. */
    record Get() implements ValueCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            return outcome.allows(state.value) ? state : null;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return false;
        }
    }

    /** Returns nothing. */
    record Set(String value) implements ValueCall {
        @Override
        public State apply(State state, Outcome outcome) {
            return new State(value);
        }

        @Override
        public boolean changes(Outcome outcome) {
            return true;
        }

        @Override
        public String brings() {
            return value;
        }
    }

    /** Returns nothing. */
    record Delete() implements ValueCall {
        @Override
        public State apply(State state, Outcome outcome) {
            return State.ABSENT;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return true;
        }
    }

    /** Replaces the expected value, or absence where it is null. Returns whether it did, as a {@code Boolean}. */
    record CompareAndSet(@Nullable String expected, String value) implements ValueCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            boolean swaps = Objects.equals(state.value, expected);
            if (!outcome.allows(swaps)) {
                return null;
            }
            return swaps ? new State(value) : state;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return outcome.allows(true);
        }

        @Override
        public String brings() {
            return value;
        }
    }

    /**
     * The end of the time to live of this value. Invoked when that time can have passed first, outcome unknown: it comes
     * later, or never, because the value was replaced.
     */
    record Expire(String value) implements ValueCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            return value.equals(state.value) ? State.ABSENT : null;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return true;
        }
    }

    @Override
    default String kind() {
        return "value";
    }

    @Override
    default State initial() {
        return State.ABSENT;
    }
}
