package io.dflockd.testkit.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order in which the operations on one thing can have been carried out.
 *
 * <p>Depth first, after J. Wing and C. Gong, <i>Testing and Verifying Concurrent Objects</i>, Journal of Parallel and
 * Distributed Computing 17, 1993: of what is not done yet, next can come whatever was invoked before the first
 * return. A configuration - the set of what is done, and the state - that was reached once is not looked at again: G.
 * Lowe, <i>Testing for linearizability</i>, Concurrency and Computation: Practice and Experience 29(4), 2017.
 *
 * <p>Operations of unknown outcome have no return and need not be done. They are tried where nothing else goes on,
 * the latest first, because most happen soon or never; of equal ones only the earliest, because they do the same. The
 * set is kept as what is done without a gap, and bits for the rest, so a long history costs no more an operation than
 * a short one.
 */
final class Search {
    enum Result {
        FOUND,
        /** There is no order whatever. */
        NONE,
        /** There is none in which so few of unknown outcome follow each other. */
        NONE_SO_SIMPLE,
        /** The budget is used up. */
        EXHAUSTED
    }

    /**
     * Where it went no further: in no order did it get past the return of the culprit.
     *
     * @param done how many operations come before it, in an order that goes that far
     * @param last the last of these
     * @param state after them
     * @param next what could have come next
     */
    record Impasse(Operation culprit, int done, List<Operation> last, Object state, List<Operation> next) {}

    private static final int LAST = 8;

    private record Step(int position, Object stateBefore, int inARowBefore) {}

    private final List<Operation> known;
    /** The latest first. */
    private final List<Operation> unknown;
    /** Of each unknown one, the equal one before it, or -1. */
    private final int[] equalBefore;
    /** Those of unknown outcome that come as soon as they can, if at all. */
    private final BitSet eager = new BitSet();
    private final Linearizability.Budget budget;
    private final Timeline left;
    private final BitSet done = new BitSet();
    private final BitSet taken = new BitSet();
    private final Set<Configuration> seen = new HashSet<>();
    private final List<Step> steps = new ArrayList<>();
    private final int mostInARow;
    private Object state;
    /** How many of unknown outcome were chosen since the last known one. */
    private int inARow;
    private boolean isLimited;
    private long tried;
    private int farthest = -1;
    private int mostSteps;
    private @Nullable Impasse impasse;

    /**
     * The operations are all of one thing. Those that were refused do nothing.
     *
     * @param mostInARow so many of unknown outcome follow each other at most
     */
    Search(List<Operation> operations, int mostInARow, Linearizability.Budget budget) {
        this.mostInARow = mostInARow;
        this.budget = budget;
        var earliestFirst = Comparator.comparingLong(Operation::invokedAt);
        known = operations.stream().filter(Operation::isKnown).sorted(earliestFirst).toList();
        unknown = operations.stream()
                .filter(operation -> operation.isUnknown() && changes(operation))
                .sorted(earliestFirst.reversed())
                .toList();
        left = new Timeline(known);
        equalBefore = new int[unknown.size()];
        var before = new HashMap<Call<?>, Integer>();
        for (int i = equalBefore.length - 1; i >= 0; i--) {
            equalBefore[i] = before.getOrDefault(unknown.get(i).call(), -1);
            before.put(unknown.get(i).call(), i);
            eager.set(i, unknown.get(i).call().isBestEarly(unknown.get(i), known));
        }
        state = call(operations.get(0)).initial();
    }

    /** Looks. May be called once. */
    Result run() {
        int position = firstPosition();
        while (!left.isEmpty()) {
            position = candidateFrom(position);
            if (position < 0) {
                noteImpasse();
                int undone = undoLastChoice();
                if (undone < 0) {
                    return isLimited ? Result.NONE_SO_SIMPLE : Result.NONE;
                }
                position = following(undone);
            } else if (++tried > budget.steps() || seen.size() >= budget.configurations()) {
                return Result.EXHAUSTED;
            } else {
                position = advance(position) ? firstPosition() : following(position);
            }
        }
        return Result.FOUND;
    }

    /** Where the order that got farthest ends, once one has ended. */
    @Nullable
    Impasse impasse() {
        return impasse;
    }

    /** What the search has cost. */
    String cost() {
        return tried + " steps and " + seen.size() + " configurations";
    }

    /** Positions are the entries of the timeline, and behind them the operations of unknown outcome. */
    private int firstPosition() {
        return left.isEmpty() ? left.size() : left.first();
    }

    private int following(int position) {
        return position < left.size() ? left.after(position) : position + 1;
    }

    /** The first position from this one on where an operation stands that can come next, or -1. */
    private int candidateFrom(int position) {
        if (position < left.size() && !left.isReturn(position)) {
            return position;
        }
        long until = known.get(left.operation(left.firstReturn())).returnedAt();
        for (int i = Math.max(0, position - left.size()); i < unknown.size(); i++) {
            if (isWaiting(i, until) && (equalBefore[i] < 0 || taken.get(equalBefore[i]))) {
                if (inARow < mostInARow) {
                    return left.size() + i;
                }
                isLimited = true;
                return -1;
            }
        }
        return -1;
    }

    /** Carries the operation out, if its outcome allows it and that leads to something new. */
    private boolean advance(int position) {
        @Nullable Object after = after(position);
        if (after == null) {
            return false;
        }
        take(position, after);
        takeEager();
        if (seen.add(configuration())) {
            return true;
        }
        int undone = undo();
        while (undone != position) {
            undone = undo();
        }
        return false;
    }

    /** The state after the operation; null where it cannot come next, or changes nothing and so can as well never come. */
    private @Nullable Object after(int position) {
        var operation = at(position);
        @Nullable Object after = call(operation).apply(state, operation.outcome());
        return after != null && operation.isUnknown() && after.equals(state) ? null : after;
    }

    private void takeEager() {
        if (eager.isEmpty() || left.isEmpty()) {
            return;
        }
        long until = known.get(left.operation(left.firstReturn())).returnedAt();
        for (int i = eager.nextSetBit(0); i >= 0; i = eager.nextSetBit(i + 1)) {
            @Nullable Object after = isWaiting(i, until) ? after(left.size() + i) : null;
            if (after != null) {
                take(left.size() + i, after);
            }
        }
    }

    /** Whether this one of unknown outcome has not been done, and can have been begun by this time. */
    private boolean isWaiting(int index, long until) {
        return !taken.get(index) && unknown.get(index).invokedAt() <= until;
    }

    private void take(int position, Object after) {
        mark(position, true);
        if (position < left.size()) {
            left.lift(position);
        }
        steps.add(new Step(position, state, inARow));
        state = after;
        inARow = position < left.size() ? 0 : inARow + (eager.get(position - left.size()) ? 0 : 1);
    }

    /**
     * Goes back to where something else can come next, which is never before a read: it fits, and changes nothing for what
     * follows. The position of what came next there, or -1 where there is no such place.
     */
    private int undoLastChoice() {
        while (!steps.isEmpty()) {
            int position = undo();
            boolean isChoice = position < left.size() ? changes(at(position)) : !eager.get(position - left.size());
            if (isChoice) {
                return position;
            }
        }
        return -1;
    }

    private int undo() {
        var step = steps.remove(steps.size() - 1);
        state = step.stateBefore;
        inARow = step.inARowBefore;
        if (step.position < left.size()) {
            left.putBack(step.position);
        }
        mark(step.position, false);
        return step.position;
    }

    private void mark(int position, boolean isDone) {
        if (position < left.size()) {
            done.set(left.operation(position), isDone);
        } else {
            taken.set(position - left.size(), isDone);
        }
    }

    private Configuration configuration() {
        int base = done.nextClearBit(0);
        var window = done.get(base, Math.max(base, done.length()));
        return new Configuration(base, window, (BitSet) taken.clone(), state);
    }

    private void noteImpasse() {
        int end = left.firstReturn();
        if (end > farthest || (end == farthest && steps.size() > mostSteps)) {
            farthest = end;
            mostSteps = steps.size();
            var next = new ArrayList<Operation>();
            for (int entry = left.first(); entry != end; entry = left.after(entry)) {
                next.add(at(entry));
            }
            var last = steps.subList(Math.max(0, steps.size() - LAST), steps.size());
            impasse = new Impasse(known.get(left.operation(end)), steps.size(),
                    last.stream().map(step -> at(step.position)).toList(), state, next);
        }
    }

    private Operation at(int position) {
        return position < left.size()
                ? known.get(left.operation(position))
                : unknown.get(position - left.size());
    }

    private static boolean changes(Operation operation) {
        return operation.call().changes(operation.outcome());
    }

    /** All operations here are of one thing, whose calls share a kind of state. */
    @SuppressWarnings("unchecked")
    private static Call<Object> call(Operation operation) {
        return (Call<Object>) operation.call();
    }
}
