package io.dflockd.service.access;

import org.jspecify.annotations.Nullable;

/** What somebody may do. The words are those of the file of identities. */
public enum Right {
    HOLD("hold", 1 << 0, Scope.KEYS),
    READ("read", 1 << 1, Scope.KEYS),
    WRITE("write", 1 << 2, Scope.KEYS),
    WATCH("watch", 1 << 3, Scope.BOTH),
    LISTEN("listen", 1 << 4, Scope.CHANNELS),
    SEND("send", 1 << 5, Scope.CHANNELS),
    STATS("stats", 1 << 6, Scope.SERVER),
    /** See who holds what, under these keys. */
    OBSERVE("observe", 1 << 7, Scope.KEYS),
    /** End what others hold, under these keys. */
    RELEASE("release", 1 << 8, Scope.KEYS),
    SESSIONS("sessions", 1 << 9, Scope.SERVER),
    DRAIN("drain", 1 << 10, Scope.SERVER),
    RELOAD("reload", 1 << 11, Scope.SERVER),
    BACKUP("backup", 1 << 12, Scope.SERVER);

    /** What a right is limited to. */
    enum Scope {
        KEYS,
        CHANNELS,
        BOTH,
        /** It is about the server as a whole, so that a rule needs neither. */
        SERVER
    }

    private final String word;
    private final int bit;
    private final Scope scope;

    Right(String word, int bit, Scope scope) {
        this.word = word;
        this.bit = bit;
        this.scope = scope;
    }

    public String word() {
        return word;
    }

    boolean isOfKeys() {
        return scope == Scope.KEYS || scope == Scope.BOTH;
    }

    boolean isOfChannels() {
        return scope == Scope.CHANNELS || scope == Scope.BOTH;
    }

    boolean isOfServer() {
        return scope == Scope.SERVER;
    }

    int bit() {
        return bit;
    }

    /** Whether it is about what clients do with the server, and not about the server and its clients. */
    public boolean isOfClients() {
        return scope != Scope.SERVER && this != OBSERVE && this != RELEASE;
    }

    /** Null where there is none of that word. */
    static @Nullable Right of(String word) {
        for (var right : values()) {
            if (right.word.equals(word)) {
                return right;
            }
        }
        return null;
    }
}
