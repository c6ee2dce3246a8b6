package io.dflockd.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.Supplier;

/** Counts all that it is offered and keeps the few rows that come first, so that a long table is never sorted whole. */
final class SmallestRows<R> {
    private final int maxRows;
    private final Function<R, String> key;
    private final Comparator<R> order;
    /** The kept ones, the last of them on top. */
    private final PriorityQueue<R> kept;
    private final SliceBudget budget;
    private int total;

    SmallestRows(int maxRows, SliceBudget budget, Function<R, String> key) {
        this(maxRows, budget, key, Comparator.comparing(key));
    }

    /** The order must be that of the keys first. */
    SmallestRows(int maxRows, SliceBudget budget, Function<R, String> key, Comparator<R> order) {
        this.maxRows = maxRows;
        this.budget = budget;
        this.key = key;
        this.order = order;
        this.kept = new PriorityQueue<>(order.reversed());
    }

    /** Counts one, and makes its row if that may be among the first. */
    void offer(String rowKey, Supplier<R> row) {
        total++;
        if (kept.size() < maxRows) {
            kept.add(row.get());
            budget.keeps();
        } else if (maxRows > 0 && rowKey.compareTo(key.apply(kept.element())) <= 0) {
            kept.add(row.get());
            kept.remove();
            budget.keeps();
        }
    }

    /** Counts one without a row. */
    void count() {
        total++;
    }

    int total() {
        return total;
    }

    /** The rows that are kept, in their order. */
    List<R> toRows() {
        var sorted = new ArrayList<>(kept);
        sorted.sort(order);
        return List.copyOf(sorted);
    }
}
