package io.dflockd.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The invocations and returns of known operations in the order of their times, as a list from which an operation can
 * be lifted out and put back, the last one first. An invocation at the moment of a return comes before it: such two
 * overlap.
 */
final class Timeline {
    private final int[] operation;
    private final boolean[] isReturn;
    private final int[] returnOf;
    private final int[] next;
    private final int[] previous;
    /** Before the first and behind the last. */
    private final int end;

    private record Entry(long at, boolean isReturn, int operation) {}

    Timeline(List<Operation> known) {
        var entries = new ArrayList<Entry>(2 * known.size());
        for (int i = 0; i < known.size(); i++) {
            entries.add(new Entry(known.get(i).invokedAt(), false, i));
            entries.add(new Entry(known.get(i).returnedAt(), true, i));
        }
        entries.sort(Comparator.comparingLong(Entry::at).thenComparing(Entry::isReturn));
        end = entries.size();
        operation = new int[end];
        isReturn = new boolean[end];
        returnOf = new int[known.size()];
        next = new int[end + 1];
        previous = new int[end + 1];
        for (int i = 0; i < end; i++) {
            operation[i] = entries.get(i).operation;
            isReturn[i] = entries.get(i).isReturn;
            if (isReturn[i]) {
                returnOf[operation[i]] = i;
            }
        }
        for (int i = 0; i <= end; i++) {
            next[i] = i == end ? 0 : i + 1;
            previous[i] = i == 0 ? end : i - 1;
        }
    }

    /** How many entries there were at first; greater than each of them. */
    int size() {
        return end;
    }

    boolean isEmpty() {
        return next[end] == end;
    }

    int first() {
        return next[end];
    }

    int after(int entry) {
        return next[entry];
    }

    boolean isReturn(int entry) {
        return isReturn[entry];
    }

    int operation(int entry) {
        return operation[entry];
    }

    /** The first return: whatever is not invoked before it cannot come next. */
    int firstReturn() {
        int entry = first();
        while (!isReturn[entry]) {
            entry = next[entry];
        }
        return entry;
    }

    void lift(int invocation) {
        unlink(invocation);
        unlink(returnOf[operation[invocation]]);
    }

    void putBack(int invocation) {
        link(returnOf[operation[invocation]]);
        link(invocation);
    }

    private void unlink(int entry) {
        next[previous[entry]] = next[entry];
        previous[next[entry]] = previous[entry];
    }

    private void link(int entry) {
        next[previous[entry]] = entry;
        previous[next[entry]] = entry;
    }
}
