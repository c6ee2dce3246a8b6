package io.dflockd.client.event;

import io.dflockd.client.internal.event.Kinds;

/** What a {@link WatchConn} receives: a {@link KeyChange}, or a {@link Gap}. */
public sealed interface WatchEvent permits WatchEvent.KeyChange, Gap {
    /**
     * Something happened to a key that is watched.
     *
     * @param type the server's word for it; {@link #kind()} says the same for a {@code switch}
     */
    record KeyChange(String type, String key) implements WatchEvent {
        public Kind kind() {
            return Kinds.of(type, Kind.class, Kind.OTHER);
        }
    }

    /** What can happen to a key. */
    enum Kind {
        /** A lock, permit, read or write lock was granted. */
        ACQUIRE,
        /** One was released, or its lease ran out. */
        RELEASE,
        ELECT,
        RESIGN,
        /** A counter was increased. */
        INCR,
        /** A counter was decreased. */
        DECR,
        /** A counter was set. */
        CSET,
        /** A value was stored. */
        KSET,
        /** A value was replaced by comparison, or stored where there was none. */
        KCAS,
        /** A value was removed. */
        KDEL,
        /** The time of a value to live was over. */
        KEXPIRE,
        LPUSH,
        RPUSH,
        LPOP,
        RPOP,
        /** A value was taken at the left end by one that waits. */
        BLPOP,
        /** A value was taken at the right end by one that waits. */
        BRPOP,
        /** What a later server adds; the word is {@link KeyChange#type()}. */
        OTHER
    }
}
