package io.dflockd.engine;

/** Something that may take longer than one step may. */
sealed interface Chore
        permits
        SessionEnd,
        Settlement,
        BarrierEnd,
        Return,
        Drainage,
        ListSettlement,
        Unparking,
        TermOpening {
    /** Does as much as the step may. Returns whether all of it is done. */
    boolean work(Step step);
}
