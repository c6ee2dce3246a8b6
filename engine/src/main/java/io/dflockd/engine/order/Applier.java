package io.dflockd.engine.order;

import io.dflockd.engine.Action;
import io.dflockd.engine.Engine;
import java.util.Optional;

/** What happens in the order that a {@link Journal} makes. Called by one thread at a time. */
public interface Applier {
    /**
     * Applies an action, and has done what it brings about. {@code timeMs} never goes back.
     *
     * @return whether the state is sound; where it is not, nothing must be applied any more
     */
    boolean apply(long timeMs, Action action);

    /** No more comes for the moment: whoever was told something may be woken. */
    void batchApplied();

    /** All of earlier terms is applied and this node leads: it may hand actions in. */
    void lead(long term);

    /** This node does not lead. What it handed in and has not seen applied may be lost: its connections end. */
    void follow(Optional<Node> leader);

    /** The state as it is, to be looked at or written by the thread that applies. */
    Engine engine();

    /** Another state takes the place of the present one: a snapshot was read. */
    void replace(Engine other);
}
