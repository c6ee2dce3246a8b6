package io.dflockd.testkit.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether each operation can have been carried out as a whole at one moment between its invocation and its return;
 * one of unknown outcome at any later moment or never, one that was refused never. Each thing is looked at alone,
 * because a history is linearizable if it is so for each of them: "locality", M. Herlihy, J. Wing,
 * <i>Linearizability: A Correctness Condition for Concurrent Objects</i>, ACM TOPLAS 12(3), 1990.
 */
public final class Linearizability {
    /** What the search for one thing may cost. */
    public record Budget(long steps, int configurations) {
        /** Some seconds, and some 100 MiB. */
        public static final Budget DEFAULT = new Budget(20_000_000, 400_000);
    }

    /** How many operations of unknown outcome may follow each other, at the first try and at the next ones. */
    private static final int[] UNKNOWN_IN_A_ROW = {1, 3, Integer.MAX_VALUE};

    private Linearizability() {}

    /** A verdict for each thing, in the order in which they were used first. */
    public static List<Verdict> check(List<Operation> history, Budget budget) {
        var byThing = new LinkedHashMap<String, List<Operation>>();
        history.forEach(
                operation -> byThing.computeIfAbsent(operation.thing(), thing -> new ArrayList<>()).add(operation));
        var verdicts = new ArrayList<Verdict>();
        byThing.forEach((thing, operations) -> verdicts.add(checkOne(thing, operations, budget)));
        return verdicts;
    }

    /** Where much is unknown, an order in which little of it happened is mostly there, and found sooner. */
    private static Verdict checkOne(String thing, List<Operation> recorded, Budget budget) {
        var operations = Evidence.apply(recorded);
        var verdict = check(thing, operations, UNKNOWN_IN_A_ROW[0], budget);
        for (int i = 1; i < UNKNOWN_IN_A_ROW.length && verdict instanceof Verdict.Undecided; i++) {
            verdict = check(thing, operations, UNKNOWN_IN_A_ROW[i], budget);
        }
        return verdict;
    }

    private static Verdict check(String thing, List<Operation> operations, int unknownInARow, Budget budget) {
        var search = new Search(operations, unknownInARow, budget);
        var result = search.run();
        Search.@Nullable Impasse impasse = search.impasse();
        if (result == Search.Result.FOUND) {
            return new Verdict.Linearizable(thing, operations.size());
        }
        @Nullable Explanation explanation = impasse == null ? null : new Explanation(operations, impasse);
        return result == Search.Result.NONE && explanation != null
                ? new Verdict.NotLinearizable(thing, explanation)
                : new Verdict.Undecided(thing, search.cost(), explanation);
    }
}
