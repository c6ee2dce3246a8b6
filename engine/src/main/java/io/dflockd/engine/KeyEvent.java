package io.dflockd.engine;

import java.util.Locale;

/** What can happen to a key, as watchers are told it. */
public enum KeyEvent {
    ACQUIRE,
    RELEASE,
    ELECT,
    RESIGN,
    INCR,
    DECR,
    CSET,
    KSET,
    KDEL,
    KCAS,
    /** A value's time to live ran out. */
    KEXPIRE,
    LPUSH,
    RPUSH,
    LPOP,
    RPOP,
    BLPOP,
    BRPOP;

    private final String word = name().toLowerCase(Locale.ROOT);

    public String word() {
        return word;
    }
}
