package io.dflockd.engine.order;

import io.dflockd.engine.Action;

/** Brings actions into the one order in which every node applies them. */
public interface Journal extends AutoCloseable {
    /** Hands an action in. In memory it is applied when this returns. Else it joins the calling thread's turn; it is applied later, or never. */
    void submit(Action action);

    /** The calling thread has handed in all that it had. Does nothing in memory. */
    void endTurn();

    /** Who leads, in which term, and whether this node does. */
    Standing standing();

    /** Takes nothing more. What was handed in and not applied may be lost. */
    @Override
    void close();
}
