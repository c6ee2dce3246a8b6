package io.dflockd.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;

/** Counts all that it is offered and keeps the few that come first, so that a long table is never sorted whole. */
final class SmallestRows<S> {
    private final int maxRows;
    private final Comparator<S> order;
    /** The kept ones, the last of them on top. */
    private final PriorityQueue<S> kept;
    private int total;

    SmallestRows(int maxRows, Comparator<S> order) {
        this.maxRows = maxRows;
        this.order = order;
        this.kept = new PriorityQueue<>(order.reversed());
    }

    void offer(S source) {
        total++;
        if (kept.size() < maxRows) {
            kept.add(source);
        } else if (maxRows > 0 && order.compare(source, kept.element()) < 0) {
            kept.remove();
            kept.add(source);
        }
    }

    SmallestRows<S> offerAll(Iterable<S> sources) {
        sources.forEach(this::offer);
        return this;
    }

    int total() {
        return total;
    }

    /** The rows of those that are kept, in their order. */
    <R> List<R> toRows(Function<S, R> row) {
        var sorted = new ArrayList<>(kept);
        sorted.sort(order);
        return sorted.stream().map(row).toList();
    }
}
