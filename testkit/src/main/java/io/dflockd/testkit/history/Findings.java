package io.dflockd.testkit.history;

import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with a history.
 *
 * @param violations what cannot have been, in words
 * @param undecided of which things nobody knows, because the search for them took too much: a failure of its own
 * @param operations how many were looked at
 */
public record Findings(List<String> violations, List<String> undecided, int operations) {
    /** Of all operations, with the usual budget for each thing. */
    public static Findings of(History history) {
        return of(history.operations(), Linearizability.Budget.DEFAULT);
    }

    /** Looks at each thing alone, and at what holds over all of them. */
    public static Findings of(List<Operation> operations, Linearizability.Budget budget) {
        var violations = new ArrayList<String>();
        var undecided = new ArrayList<String>();
        violations.addAll(Grants.violations(operations));
        violations.addAll(Deliveries.violations(operations));
        for (var verdict : Linearizability.check(operations, budget)) {
            if (verdict instanceof Verdict.NotLinearizable) {
                violations.add(verdict.toString());
            } else if (verdict instanceof Verdict.Undecided) {
                undecided.add(verdict.toString());
            }
        }
        return new Findings(violations, undecided, operations.size());
    }

    /** Whether everything was looked at and nothing is wrong. */
    public boolean isClean() {
        return violations.isEmpty() && undecided.isEmpty();
    }

    @Override
    public String toString() {
        var lines = new ArrayList<String>();
        lines.add(operations + " operations, " + violations.size() + " violations, " + undecided.size() + " undecided");
        violations.forEach(violation -> lines.add("VIOLATION " + violation));
        undecided.forEach(each -> lines.add("UNDECIDED " + each));
        return String.join("\n", lines);
    }
}
