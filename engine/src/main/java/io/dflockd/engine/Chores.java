package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/** What is too much for one step: each later step does a slice of it, so that all of them get on. */
final class Chores {
    private final LinkedHashSet<Chore> open = new LinkedHashSet<>();

    /** Does what fits into this step now and leaves the rest to later ones. */
    void begin(Chore chore, Step step) {
        if (step.isSpent() || !chore.work(step)) {
            open.add(chore);
        }
    }

    /** Leaves it to a later step. */
    void add(Chore chore) {
        open.add(chore);
    }

    /** Nothing is left of it to be done. */
    void remove(Chore chore) {
        open.remove(chore);
    }

    /** Goes on as far as this step may, with the one that has waited longest. */
    void work(Step step) {
        while (!step.isSpent() && !open.isEmpty()) {
            var chore = open.removeFirst();
            if (!chore.work(step)) {
                open.add(chore);
            }
        }
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** The barriers that still tell their participants how they ended. */
    List<Barriers.Barrier> barriersEnding() {
        return open.stream()
                .filter(BarrierEnd.class::isInstance)
                .map(chore -> ((BarrierEnd) chore).barrier)
                .toList();
    }

    Collection<Chore> all() {
        return open;
    }
}
