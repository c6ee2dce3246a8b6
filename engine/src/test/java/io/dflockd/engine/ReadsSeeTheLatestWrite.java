package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counters and key-value entries against two plain maps. */
final class ReadsSeeTheLatestWrite implements Invariant {
    private record Stored(String value, long untilMs) {}

    private final Map<String, Long> counters = new LinkedHashMap<>();
    private final Map<String, Stored> values = new LinkedHashMap<>();
    private long nowMs;

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        nowMs = Math.max(nowMs, entry.timeMs());
        values.values().removeIf(stored -> stored.untilMs <= nowMs);
        for (var answer : applied.answers()) {
            if (applied.taken() && answer.session() == entry.session() && answer.request() == entry.request()) {
                check(entry.command(), answer.outcome());
            }
        }
    }

    private void check(Command command, Outcome outcome) {
        switch (command) {
            case Command.Increment increment when outcome instanceof Outcome.Count(long value) ->
                write(increment.key(), Math.addExact(counter(increment.key()), increment.by()), value);
            case Command.Decrement decrement when outcome instanceof Outcome.Count(long value) ->
                write(decrement.key(), Math.subtractExact(counter(decrement.key()), decrement.by()), value);
            case Command.SetCounter set when outcome instanceof Outcome.Done -> counters.put(set.key(), set.value());
            case Command.GetCounter get -> expect(new Outcome.Count(counter(get.key())), outcome);
            case Command.SetValue set when outcome instanceof Outcome.Done ->
                store(set.key(), set.value(), set.ttlMs());
            case Command.DeleteValue delete -> values.remove(delete.key());
            case Command.GetValue get -> {
                var stored = values.get(get.key());
                expect(stored == null ? Outcome.NOTHING : new Outcome.Value(stored.value), outcome);
            }
            case Command.SwapValue swap -> {
                var stored = values.get(swap.key());
                boolean matches = swap.expected().equals(stored == null ? "" : stored.value);
                Invariant.require(matches != outcome instanceof Outcome.Conflict, swap + " got " + outcome);
                if (outcome instanceof Outcome.Done) {
                    store(swap.key(), swap.value(), swap.ttlMs());
                }
            }
            default -> {}
        }
    }

    private long counter(String key) {
        return counters.getOrDefault(key, 0L);
    }

    private void write(String key, long expected, long actual) {
        Invariant.require(expected == actual, key + " is " + actual + ", not " + expected);
        counters.put(key, actual);
    }

    private void store(String key, String value, long ttlMs) {
        values.put(key, new Stored(value, ttlMs == 0 ? Long.MAX_VALUE : nowMs + ttlMs));
    }

    private static void expect(Outcome expected, Outcome actual) {
        Invariant.require(expected.equals(actual), "got " + actual + ", not " + expected);
    }
}
