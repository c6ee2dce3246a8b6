package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** No value of a list is lost or doubled. The histories push each value once. */
final class ListValuesAreKept implements Invariant {
    private record Request(long session, long number) {}

    private final Map<Request, String> pushed = new LinkedHashMap<>();
    private final Set<String> kept = new LinkedHashSet<>();

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        switch (entry.command()) {
            case Command.Push push -> pushed.put(new Request(entry.session(), entry.request()), push.value());
            case Command.PutBack back -> kept.add(back.value());
            default -> {}
        }
        for (var answer : applied.answers()) {
            var value = pushed.remove(new Request(answer.session(), answer.request()));
            if (value != null && answer.outcome() instanceof Outcome.Count) {
                kept.add(value);
            }
            if (answer.outcome() instanceof Outcome.Popped popped) {
                Invariant.require(kept.remove(popped.value()), "popped from nowhere: " + popped);
            }
        }
        var present = new LinkedHashSet<String>();
        for (var list : applied.engine().lists.all()) {
            for (var value : list.values) {
                Invariant.require(present.add(value), "there twice: " + value);
            }
        }
        Invariant.require(present.equals(kept), "lists have " + present + " and should have " + kept);
    }
}
