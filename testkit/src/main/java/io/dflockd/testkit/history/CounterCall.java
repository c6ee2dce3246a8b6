package io.dflockd.testkit.history;

import org.jspecify.annotations.Nullable;

/** What can be asked of a counter, which is 0 at first. */
public sealed interface CounterCall extends Call<Long> {
    /** Returns the sum as a {@code Long}. What does not fit is refused. */
    record Add(long delta) implements CounterCall {
        @Override
        public @Nullable Long apply(Long value, Outcome outcome) {
            long sum = value + delta;
            boolean overflows = ((value ^ sum) & (delta ^ sum)) < 0;
            return !overflows && outcome.allows(sum) ? sum : null;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return delta != 0;
        }
    }

    /** Returns the value as a {@code Long}. */
    record Get() implements CounterCall {
        @Override
        public @Nullable Long apply(Long value, Outcome outcome) {
            return outcome.allows(value) ? value : null;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return false;
        }
    }

    /** Returns nothing. */
    record Set(long value) implements CounterCall {
        @Override
        public Long apply(Long before, Outcome outcome) {
            return value;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return true;
        }
    }

    @Override
    default String kind() {
        return "counter";
    }

    @Override
    default Long initial() {
        return 0L;
    }
}
