package io.dflockd.client.event;

/** What a {@link WatchConn} receives: a {@link KeyChange}, or a {@link Gap}. */
public sealed interface WatchEvent permits WatchEvent.KeyChange, Gap {
    /**
     * Something happened to a key that is watched.
     *
     * @param type {@code acquire}, {@code release}, {@code elect}, {@code resign}, {@code incr}, {@code decr},
     *            {@code cset}, {@code kset}, {@code kcas}, {@code kdel}, {@code kexpire}, {@code lpush}, {@code rpush},
     *            {@code lpop}, {@code rpop}, {@code blpop}, {@code brpop}, or what a later server adds
     */
    record KeyChange(String type, String key) implements WatchEvent {
        public Kind kind() {
            return Kinds.of(Kind.class, type, Kind.OTHER);
        }
    }

    /** What happened to a key: the command that did it, or that its value expired. */
    enum Kind {
        ACQUIRE,
        RELEASE,
        ELECT,
        RESIGN,
        INCR,
        DECR,
        CSET,
        KSET,
        KCAS,
        KDEL,
        KEXPIRE,
        LPUSH,
        RPUSH,
        LPOP,
        RPOP,
        BLPOP,
        BRPOP,
        /** What this version does not know; see {@link KeyChange#type}. */
        OTHER
    }
}
