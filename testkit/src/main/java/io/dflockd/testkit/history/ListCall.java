package io.dflockd.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What can be asked of a list, which is empty at first. */
public sealed interface ListCall extends Call<ListCall.State> {
    /** An end of the list. */
    enum End {
        LEFT,
        RIGHT
    }

    /**
     * What is in it.
     *
     * @param handed whether its one value is on its way to a pop that waited for it: nothing else comes in between
     * @param adrift what was popped by whom nobody heard of since, by the number of the pop
     */
    record State(List<String> values, boolean handed, Map<Long, String> adrift) {
        static final State EMPTY = new State(List.of(), false, Map.of());

        State with(End end, String value) {
            var more = new ArrayList<String>(values.size() + 1);
            more.addAll(values);
            more.add(end == End.LEFT ? 0 : values.size(), value);
            return new State(more, false, adrift);
        }

        State without(int index) {
            var fewer = new ArrayList<>(values);
            fewer.remove(index);
            return new State(fewer, false, adrift);
        }

        @Override
        public String toString() {
            return values + (handed ? ", handed to a pop that waited" : "")
                    + (adrift.isEmpty() ? "" : ", adrift " + adrift);
        }
    }

    /**
     * Returns the length afterwards as a {@code Long}, or 0 when somebody who waited for a value got this one. A list
     * that is full refuses.
     */
    record Push(End end, String value) implements ListCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            if (state.handed) {
                return null;
            }
            var pushed = state.with(end, value);
            if (outcome.allows((long) pushed.values.size())) {
                return pushed;
            }
            boolean hands = state.values.isEmpty() && outcome.allows(0L);
            return hands ? new State(pushed.values, true, state.adrift) : null;
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

    /**
     * Returns the value that was at this end, or null if there was none, also after a wait.
     *
     * @param number of this pop among those of the list, where a {@link PutBack} can undo it; else 0
     */
    record Pop(End end, long number) implements ListCall {
        public Pop(End end) {
            this(end, 0);
        }

        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            if (state.values.isEmpty()) {
                return outcome.allows(null) ? state : null;
            }
            int index = end == End.LEFT ? 0 : state.values.size() - 1;
            var value = state.values.get(index);
            if (!outcome.allows(value)) {
                return null;
            }
            var popped = state.without(index);
            if (number == 0 || outcome instanceof Outcome.Returned) {
                return popped;
            }
            var adrift = new TreeMap<>(state.adrift);
            adrift.put(number, value);
            return new State(popped.values, false, adrift);
        }

        @Override
        public boolean changes(Outcome outcome) {
            return outcome instanceof Outcome.Unknown || !outcome.allows(null);
        }
    }

    /**
     * What a pop of unknown outcome took goes back to the end that it came from, because there was nobody to give it to.
     * Invoked with the pop, outcome unknown.
     */
    record PutBack(End end, long number) implements ListCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            var value = state.adrift.get(number);
            if (value == null || state.handed) {
                return null;
            }
            var adrift = new TreeMap<>(state.adrift);
            adrift.remove(number);
            return new State(state.with(end, value).values, false, adrift);
        }

        @Override
        public boolean changes(Outcome outcome) {
            return true;
        }
    }

    /** Returns the length as a {@code Long}. */
    record Length() implements ListCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            return !state.handed && outcome.allows((long) state.values.size()) ? state : null;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return false;
        }
    }

    /** Returns the values from one index to another, both included, as a list; negative indices count from the right end. */
    record Range(long from, long to) implements ListCall {
        @Override
        public @Nullable State apply(State state, Outcome outcome) {
            int size = state.values.size();
            long first = Math.max(0, from < 0 ? from + size : from);
            long last = Math.min(size - 1L, to < 0 ? to + size : to);
            var range = first > last ? List.of() : state.values.subList((int) first, (int) last + 1);
            return !state.handed && outcome.allows(range) ? state : null;
        }

        @Override
        public boolean changes(Outcome outcome) {
            return false;
        }
    }

    @Override
    default String kind() {
        return "list";
    }

    @Override
    default State initial() {
        return State.EMPTY;
    }
}
