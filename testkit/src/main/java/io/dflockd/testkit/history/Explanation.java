package io.dflockd.testkit.history;

import java.util.ArrayList;
import java.util.List;

/**
 * Says to people, by {@link #toString}, why the operations on one thing cannot have been carried out one after the
 * other: how far an order gets at best, and what fits nowhere then.
 */
public final class Explanation {
    private static final int MOST_LINES = 8;
    private static final int MOST_STATE_CHARACTERS = 400;

    private final List<Operation> operations;
    private final Search.Impasse impasse;
    private final long from;

    Explanation(List<Operation> operations, Search.Impasse impasse) {
        this.operations = operations;
        this.impasse = impasse;
        this.from = operations.get(0).invokedAt();
    }

    @Override
    public String toString() {
        var lines = new ArrayList<String>();
        lines.add("%d of %d operations can be put in order, then #%d fits nowhere"
                .formatted(impasse.done(), operations.size(), impasse.culprit().number()));
        lines.add("  in the order that goes farthest, the last are");
        describe(impasse.last(), lines);
        lines.add("  after which the state is " + cut(impasse.state().toString()));
        lines.add("  and of these none goes with it:");
        describe(List.of(impasse.culprit()), lines);
        var others = impasse.next()
                .stream()
                .filter(operation -> operation.number() != impasse.culprit().number())
                .toList();
        describe(others.subList(0, Math.min(MOST_LINES, others.size())), lines);
        var refused = operations.stream()
                .filter(operation -> operation.isRefused() && operation.invokedAt() <= impasse.culprit().returnedAt())
                .toList();
        if (!refused.isEmpty()) {
            lines.add("  refused before, so without effect:");
            describe(refused.subList(Math.max(0, refused.size() - MOST_LINES), refused.size()), lines);
        }
        return String.join("\n", lines);
    }

    private void describe(List<Operation> some, List<String> lines) {
        some.forEach(operation -> lines.add("    " + cut(operation.describe(from))));
    }

    private static String cut(String text) {
        return text.length() <= MOST_STATE_CHARACTERS ? text : text.substring(0, MOST_STATE_CHARACTERS) + " ...";
    }
}
