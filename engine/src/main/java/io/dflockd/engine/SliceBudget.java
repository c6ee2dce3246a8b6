package io.dflockd.engine;

/**
 * How much one slice of a walk may still do before others have the engine. Where rows are kept in an order, one that is kept costs
 * as much as several that are passed over, and in a table that happens to lie in the reverse order each is kept for a while.
 */
final class SliceBudget {
    private static final int COST_OF_A_ROW = 4;

    private int left;

    /** The next slice begins. */
    void begin() {
        left = InventoryWalk.SLICE;
    }

    /** Whether one more place may be looked at, which is paid for then. */
    boolean looksOn() {
        return left-- > 0;
    }

    /** What was found at that place is kept. */
    void keeps() {
        left -= COST_OF_A_ROW - 1;
    }
}
