package io.dflockd.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Each value that is pushed is popped at most once, and none that was not pushed, was refused, or was pushed only
 * later. That says the order of a list better, but also where its search is undecided this is known.
 */
final class Deliveries {
    private final List<Operation> pushes = new ArrayList<>();
    private final List<Operation> refused = new ArrayList<>();
    private final List<Operation> pops = new ArrayList<>();

    /** Of one list. */
    private record Name(String key, String value) {}

    private Deliveries() {}

    /** What does not hold of these operations, in words. */
    static List<String> violations(List<Operation> history) {
        var byName = new LinkedHashMap<Name, Deliveries>();
        history.forEach(operation -> enter(operation, byName));
        var violations = new ArrayList<String>();
        long from = history.isEmpty() ? 0 : history.get(0).invokedAt();
        byName.forEach((name, deliveries) -> deliveries.check(name, from, violations));
        return violations;
    }

    private static void enter(Operation operation, Map<Name, Deliveries> byName) {
        if (operation.call() instanceof ListCall.Push push) {
            var of = of(operation, push.value(), byName);
            (operation.isRefused() ? of.refused : of.pushes).add(operation);
        } else if (operation.call() instanceof ListCall.Pop
                && operation.outcome() instanceof Outcome.Returned returned
                && returned.answer() instanceof String value) {
            of(operation, value, byName).pops.add(operation);
        }
    }

    private static Deliveries of(Operation operation, String value, Map<Name, Deliveries> byName) {
        return byName.computeIfAbsent(new Name(operation.key(), value), name -> new Deliveries());
    }

    private void check(Name name, long from, List<String> violations) {
        if (pops.isEmpty()) {
            return;
        }
        pops.sort(Comparator.comparingLong(Operation::returnedAt));
        pushes.sort(Comparator.comparingLong(Operation::invokedAt));
        var said = "list \"" + name.key + "\": the value '" + name.value + "' ";
        if (pushes.isEmpty()) {
            said += refused.isEmpty() ? "was popped, but never pushed" : "was popped, but its push was refused";
        } else if (pops.size() > pushes.size()) {
            said += "was popped " + pops.size() + " times, pushed " + pushes.size();
        } else if (pops.get(0).returnedAt() < pushes.get(0).invokedAt()) {
            said += "was popped before it was pushed";
        } else {
            return;
        }
        var lines = new ArrayList<String>(List.of(said));
        for (var some : List.of(pushes, refused, pops)) {
            some.forEach(operation -> lines.add("    " + operation.describe(from)));
        }
        violations.add(String.join("\n", lines));
    }
}
