package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/** Who passes a barrier passes it together with as many others as each of them asked for, all of different sessions. */
final class BarriersTripTogether implements Invariant {
    private record Request(long session, long number) {}

    private final Map<Request, Command.AwaitBarrier> waiting = new LinkedHashMap<>();

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        if (entry.command() instanceof Command.AwaitBarrier command) {
            waiting.put(new Request(entry.session(), entry.request()), command);
        }
        var passed = new LinkedHashSet<Long>();
        long count = 0;
        for (var answer : applied.answers()) {
            var command = waiting.remove(new Request(answer.session(), answer.request()));
            if (command != null && answer.outcome() instanceof Outcome.Done) {
                Invariant.require(count == 0 || count == command.count(), "different counts pass together");
                Invariant.require(passed.add(answer.session()), "a session passes twice at once");
                count = command.count();
            }
        }
        Invariant.require(passed.size() == count, passed.size() + " pass a barrier of " + count);
    }
}
