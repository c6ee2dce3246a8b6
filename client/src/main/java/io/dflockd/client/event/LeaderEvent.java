package io.dflockd.client.event;

/** What a {@link LeaderConn} receives: a {@link LeaderChange}, or a {@link Gap}. */
public sealed interface LeaderEvent permits LeaderEvent.LeaderChange, Gap {
    /**
     * The leadership of an election that is observed changed. A hint, which can come twice for one change.
     *
     * @param type {@code elected}, {@code resigned}, {@code failover}, or what a later server adds
     * @param key the election
     */
    record LeaderChange(String type, String key) implements LeaderEvent {
        public Kind kind() {
            return Kinds.of(Kind.class, type, Kind.OTHER);
        }
    }

    /** What happened to a leadership. */
    enum Kind {
        /** Somebody leads now. */
        ELECTED,
        /** The leadership was given up or lost. */
        RESIGNED,
        /** A candidate takes over; {@link #ELECTED} follows. */
        FAILOVER,
        /** What this version does not know; see {@link LeaderChange#type}. */
        OTHER
    }
}
