package io.dflockd.engine.order;

import io.dflockd.engine.Action;
import java.io.IOException;
import java.util.Optional;

/**
 * Brings actions into the one order in which every node applies them to its engine: at once, where the state lives in
 * memory alone, or behind a log. Thread-safe.
 */
public interface Journal extends AutoCloseable {
    /**
     * Has applied what was decided before this process was there. Returns when more can be handed in; until then nothing
     * must be.
     *
     * @throws IOException where that cannot be read; the message says what it is and what to do
     */
    void begin() throws IOException;

    /**
     * Hands an action in. In memory it is applied when this returns. Else it joins the calling thread's turn, whose actions
     * are applied in the order in which they were handed in; it is applied later, or never. Does not block.
     */
    void submit(Action action);

    /** The calling thread has handed in all that it had. Does nothing in memory. */
    void endTurn();

    /** Whether so much waits to be applied that no more should be handed in. Never in memory. */
    boolean isFull();

    /**
     * Whether so much waits to be applied that nobody should hand anything in, also who has handed in nothing yet. Until then
     * those are let in whom {@link #isFull} does not concern, so that a renewal need not stand in line behind what others store.
     */
    default boolean isOverfull() {
        return isFull();
    }

    /** Whether there is so little room for what must be kept that nothing more should be added to it. Never in memory. */
    default boolean isShortOfRoom() {
        return false;
    }

    /** The time that an action would bear that were applied now, in milliseconds. */
    long timeMs();

    /** Whether what was applied outlives the process. */
    boolean isDurable();

    /** Who leads, in which term, and whether this node does. */
    Standing standing();

    /**
     * Lets another node lead, where there are others and this one leads. What is handed in meanwhile waits, for whoever leads
     * then. Blocks, some seconds at most.
     *
     * @return whether another node leads now
     */
    default boolean handOver() {
        return false;
    }

    /** For the operator of a cluster; empty where there is none. */
    default Optional<Operations> operations() {
        return Optional.empty();
    }

    /**
     * Writes the state beside the log, as it does from time to time, with all that is applied by now. Blocks for as long as
     * that takes, but nobody else.
     *
     * @return the path of the file, which goes when newer ones take its place; empty where nothing is kept
     *
     * @throws IOException where it cannot be written
     */
    default Optional<String> copy() throws IOException {
        return Optional.empty();
    }

    /** Applies no more. What was handed in and is not decided yet may be lost. Blocks until all is written that is to be. */
    @Override
    void close();
}
