package io.dflockd.transport;

import io.dflockd.engine.Action;
import io.dflockd.engine.order.Applier;
import io.dflockd.engine.order.Journal;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Standing;
import java.util.List;
import java.util.Optional;

/** A journal that is told who leads. Where it does, it applies what it is given at once; else it loses that. */
final class ToldJournal implements Journal {
    private final Applier applier;
    private volatile Standing standing = new Standing(Optional.empty(), 0, false, List.of());

    ToldJournal(Applier applier) {
        this.applier = applier;
    }

    void lead(Node self, long term) {
        standing = new Standing(Optional.of(self), term, true, List.of(self));
        applier.lead(term);
    }

    /** The applier is told only where this node has led: of others it hears when it looks. */
    void follow(Optional<Node> leader, long term) {
        boolean led = standing.leads();
        standing = new Standing(leader, term, false, leader.stream().toList());
        if (led) {
            applier.follow(leader);
        }
    }

    @Override
    public void begin() {
        // There was nothing before.
    }

    @Override
    public void submit(Action action) {
        if (standing.leads()) {
            applier.apply(1, action);
        }
    }

    @Override
    public void endTurn() {
        // All is applied at once.
    }

    @Override
    public boolean isFull() {
        return false;
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
        return standing;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
