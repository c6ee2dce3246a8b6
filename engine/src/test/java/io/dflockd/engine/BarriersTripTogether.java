package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who passes a barrier passes it together with as many others as each of them asked for, all of different sessions. The
 * others may be told in later steps.
 */
final class BarriersTripTogether implements Invariant {
    private record Request(long session, long number) {}

    private record Kind(String key, long count) {}

    private final Map<Request, Command.AwaitBarrier> waiting = new LinkedHashMap<>();
    /** How many have still to be told that their barrier tripped. */
    private final Map<Kind, Long> credits = new LinkedHashMap<>();
    private Map<Kind, Integer> present = new LinkedHashMap<>();

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        var own = new Request(entry.session(), entry.request());
        if (applied.taken() && entry.command() instanceof Command.AwaitBarrier command) {
            waiting.put(own, command);
        }
        for (var answer : applied.answers()) {
            var command = waiting.remove(new Request(answer.session(), answer.request()));
            if (command == null || !(answer.outcome() instanceof Outcome.Done)) {
                continue;
            }
            var kind = new Kind(command.key(), command.count());
            if (own.session == answer.session() && own.number == answer.request()) {
                // Some may have left in this same step, but nobody can have come.
                Invariant.require(command.count() - 1 <= present.getOrDefault(kind, 0),
                        "too few for a barrier of " + command.count());
                credits.merge(kind, command.count() - 1, Long::sum);
            } else {
                Invariant.require(credits.merge(kind, -1L, Long::sum) >= 0, "too many pass " + kind);
            }
        }
        present = new LinkedHashMap<>();
        applied.engine().barriers.all()
                .forEach(barrier -> present.put(new Kind(barrier.key, barrier.count), barrier.participants.size()));
        if (applied.engine().chores.isEmpty()) {
            // Those of the others that have ended are not told any more.
            credits.clear();
        }
    }
}
