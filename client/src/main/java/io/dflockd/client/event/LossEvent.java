package io.dflockd.client.event;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.internal.event.Kinds;

/** What {@link Connection#losses} receives: a {@link HoldLost}, or a {@link Gap}. */
public sealed interface LossEvent permits LossEvent.HoldLost, Gap {
    /**
     * A hold of this connection has ended otherwise than by its own release.
     *
     * @param fence which of the holds of that key
     * @param reason the server's word for why; {@link #kind()} says the same for a {@code switch}
     */
    record HoldLost(String key, long fence, String reason) implements LossEvent {
        public Kind kind() {
            return Kinds.of(reason, Kind.class, Kind.OTHER);
        }
    }

    /** Why a hold can end. */
    enum Kind {
        /** Its lease ran out. */
        EXPIRED,
        /** It was taken away. */
        REVOKED,
        /** What a later server adds; the word is {@link HoldLost#reason()}. */
        OTHER
    }
}
