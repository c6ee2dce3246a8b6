package io.dflockd.client.event;

/** What {@link Connection#losses} receives: a {@link HoldLost}, or a {@link Gap}. */
public sealed interface LossEvent permits LossEvent.HoldLost, Gap {
    /**
     * A hold of this connection has ended otherwise than by its own release.
     *
     * @param fence which of the holds of that key
     * @param reason {@code expired}, {@code revoked}, or what a later server adds
     */
    record HoldLost(String key, long fence, String reason) implements LossEvent {
        public Kind kind() {
            return Kinds.of(Kind.class, reason, Kind.OTHER);
        }
    }

    /** How a hold ended. */
    enum Kind {
        /** Its lease ran out. */
        EXPIRED,
        /** It was taken away. */
        REVOKED,
        /** What this version does not know; see {@link HoldLost#reason}. */
        OTHER
    }
}
