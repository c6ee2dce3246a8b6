package io.dflockd.testkit.history;

import java.util.List;

/**
 * Tries every order of every choice of operations. For a few of them only; as plain as can be, so that the search can
 * be held against it.
 */
final class BruteForce {
    private final List<Operation> operations;

    private BruteForce(List<Operation> operations) {
        this.operations = operations;
    }

    /** Of one thing. */
    static boolean isLinearizable(List<Operation> operations) {
        return new BruteForce(operations).goesOn(0, operations.get(0).call().initial());
    }

    private boolean goesOn(int done, Object state) {
        boolean allDone = true;
        for (int i = 0; i < operations.size(); i++) {
            var next = operations.get(i);
            if ((done & 1 << i) != 0 || next.outcome() instanceof Outcome.Refused) {
                continue;
            }
            allDone &= next.outcome() instanceof Outcome.Unknown;
            if (mayBeNext(next, done)) {
                var after = apply(next, state);
                if (after != null && goesOn(done | 1 << i, after)) {
                    return true;
                }
            }
        }
        return allDone;
    }

    private boolean mayBeNext(Operation next, int done) {
        for (int i = 0; i < operations.size(); i++) {
            var other = operations.get(i);
            boolean mustBeBefore = other.outcome() instanceof Outcome.Returned && other.returnedAt() < next.invokedAt();
            if (mustBeBefore && (done & 1 << i) == 0) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("unchecked")
    private static Object apply(Operation operation, Object state) {
        return ((Call<Object>) operation.call()).apply(state, operation.outcome());
    }
}
