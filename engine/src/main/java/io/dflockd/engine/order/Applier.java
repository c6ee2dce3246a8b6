package io.dflockd.engine.order;

import io.dflockd.engine.Action;
import io.dflockd.engine.Engine;
import java.util.Optional;

/** What happens in that order. Called by one thread at a time. */
public interface Applier {
    /** Carries out the next action of a batch; all of a batch have one time. */
    void apply(long timeMs, Action action);

    /** All of a batch is applied: what it answered may leave. */
    void batchApplied();

    /** All of earlier terms is applied and this node leads: it may submit. */
    void lead(long term);

    /** This node does not lead. What it submitted and has not seen applied may be lost: its connections end. */
    void follow(Optional<Node> leader);

    /** The present state, to write a small snapshot in place. */
    Engine engine();

    /** Goes on with another engine: a snapshot was loaded or came from the leader. */
    void replace(Engine other);
}
