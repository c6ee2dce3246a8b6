package io.dflockd.engine;

/** How many counters, values, lists and barriers there are together, and how many there may be. */
final class KeyBudget {
    private final LimitsInForce limits;
    private final Footprint footprint;
    private final Tally tally;
    private int keys;

    KeyBudget(LimitsInForce limits, Footprint footprint, Tally tally) {
        this.limits = limits;
        this.footprint = footprint;
        this.tally = tally;
    }

    /** Whether one more key fits, that takes so many bytes. */
    boolean fits(long bytes) {
        int maxKeys = limits.now().maxKeys();
        if (maxKeys > 0 && keys >= maxKeys) {
            tally.refused(Tally.Limit.KEYS);
            return false;
        }
        return footprint.fits(bytes);
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
