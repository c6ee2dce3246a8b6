package io.dflockd.service.driver;

import io.dflockd.engine.Action;
import io.dflockd.engine.order.Applier;
import io.dflockd.engine.order.Journal;
import io.dflockd.engine.order.Standing;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** Applies what was handed in only when told to, one action after another, as behind a log. */
public final class LaggingJournal implements Journal {
    private final Applier applier;
    private final ArrayDeque<Action> waiting = new ArrayDeque<>();
    private boolean full;

    public LaggingJournal(Applier applier) {
        this.applier = applier;
    }

    public Applier applier() {
        return applier;
    }

    /** Whether it says that no more should be handed in. */
    public void full(boolean isFull) {
        full = isFull;
    }

    /** Applies the next action, if there is one. */
    public void applyOne() {
        var action = waiting.poll();
        if (action != null) {
            applier.apply(1, action);
            applier.batchApplied();
        }
    }

    /** Applies all, and what that brings about. */
    public void applyAll() {
        while (!waiting.isEmpty()) {
            applyOne();
        }
    }

    @Override
    public void begin() {
        // There was nothing before.
    }

    @Override
    public void submit(Action action) {
        waiting.add(action);
    }

    @Override
    public void endTurn() {
        // All is handed in at once.
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public long timeMs() {
        return 1;
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public Standing standing() {
        return new Standing(Optional.empty(), 1, true, List.of());
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
