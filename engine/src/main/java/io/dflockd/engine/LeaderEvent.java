package io.dflockd.engine;

import java.util.Locale;

/** What can happen to a leadership, as observers are told it. */
public enum LeaderEvent {
    /** Somebody leads now. */
    ELECTED,
    /** Nobody leads any more. */
    RESIGNED,
    /** A waiting candidate takes over; {@link #ELECTED} follows. */
    FAILOVER;

    private final String word = name().toLowerCase(Locale.ROOT);

    public String word() {
        return word;
    }
}
