package io.dflockd.client.event;

import io.dflockd.client.internal.event.Kinds;

/** What a {@link LeaderConn} receives: a {@link LeaderChange}, or a {@link Gap}. */
public sealed interface LeaderEvent permits LeaderEvent.LeaderChange, Gap {
    /**
     * The leadership of an election that is observed changed. A hint, which can come twice for one change.
     *
     * @param type the server's word for it; {@link #kind()} says the same for a {@code switch}
     * @param key the election
     */
    record LeaderChange(String type, String key) implements LeaderEvent {
        public Kind kind() {
            return Kinds.of(type, Kind.class, Kind.OTHER);
        }
    }

    /** What can happen to a leadership. */
    enum Kind {
        /** Somebody leads. */
        ELECTED,
        /** The leader has resigned. */
        RESIGNED,
        /** The leader has gone, or its lease has run out. */
        FAILOVER,
        /** What a later server adds; the word is {@link LeaderChange#type()}. */
        OTHER
    }
}
