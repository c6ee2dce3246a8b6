package io.dflockd.engine;

/** How many counters, values, lists and barriers there are together, and how many there may be. */
final class KeyBudget {
    private final LimitsInForce limits;
    private final Footprint footprint;
    private int keys;

    KeyBudget(LimitsInForce limits, Footprint footprint) {
        this.limits = limits;
        this.footprint = footprint;
    }

    /** Whether one more key fits, that takes so many bytes. */
    boolean fits(long bytes) {
        int maxKeys = limits.now().maxKeys();
        return (maxKeys == 0 || keys < maxKeys) && footprint.fits(bytes);
    }

    void add(long bytes) {
        keys++;
        footprint.add(bytes);
    }

    void remove(long bytes) {
        keys--;
        footprint.subtract(bytes);
    }
}
