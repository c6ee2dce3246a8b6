package io.dflockd.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Every command word of the protocol. */
public enum Verb {
    LOCK("l"),
    UNLOCK("r"),
    RENEW("n"),
    ENQUEUE("e"),
    WAIT("w"),
    SEM_LOCK("sl"),
    SEM_UNLOCK("sr"),
    SEM_RENEW("sn"),
    SEM_ENQUEUE("se"),
    SEM_WAIT("sw"),
    READ_LOCK("rl"),
    READ_UNLOCK("rr"),
    READ_RENEW("rn"),
    READ_ENQUEUE("re"),
    READ_WAIT("rw"),
    WRITE_LOCK("wl"),
    WRITE_UNLOCK("wr"),
    WRITE_RENEW("wn"),
    WRITE_ENQUEUE("we"),
    WRITE_WAIT("ww"),
    ELECT("elect"),
    RESIGN("resign"),
    OBSERVE("observe"),
    UNOBSERVE("unobserve"),
    INCR("incr"),
    DECR("decr"),
    GET("get"),
    CSET("cset"),
    KSET("kset", true),
    KGET("kget"),
    KDEL("kdel"),
    KCAS("kcas", true),
    LPUSH("lpush", true),
    RPUSH("rpush", true),
    LPOP("lpop"),
    RPOP("rpop"),
    LLEN("llen"),
    LRANGE("lrange"),
    BLPOP("blpop"),
    BRPOP("brpop"),
    LISTEN("listen"),
    UNLISTEN("unlisten"),
    SIGNAL("signal", true),
    WATCH("watch"),
    UNWATCH("unwatch"),
    BWAIT("bwait"),
    AUTH("auth", true),
    STATS("stats"),
    PING("ping"),
    HELLO("hello"),
    SESSION("session"),
    BYE("bye"),
    CANCEL("cancel"),
    ACK("ack"),
    KEEP("keep"),
    DOWNGRADE("downgrade"),
    HOLDERS("holders"),
    REVOKE("revoke"),
    CLUSTER("cluster");

    private static final int TABLE_SIZE = 256;
    private static final @Nullable Verb[] BY_HASH = tableByHash();

    private final String word;
    @SuppressWarnings("ImmutableEnumChecker") // never leaves this class, which never writes to it
    private final byte[] bytes;
    private final boolean carriesValue;

    Verb(String word) {
        this(word, false);
    }

    Verb(String word, boolean carriesValue) {
        this.word = word;
        this.bytes = word.getBytes(ISO_8859_1);
        this.carriesValue = carriesValue;
    }

    /** The command line. */
    public String word() {
        return word;
    }

    /** Whether the argument line may be as long as a value, instead of {@link Limits#MAX_LINE_BYTES}. */
    public boolean carriesValue() {
        return carriesValue;
    }

    /** Whether the key line means nothing to this command and is not checked. */
    public boolean ignoresKey() {
        return switch (this) {
            case AUTH, STATS, PING, BYE, CANCEL, ACK, CLUSTER -> true;
            default -> false;
        };
    }

    /** The kind of hold that it is about; null where it is about none, or about holds of every kind. */
    public @Nullable HoldFamily family() {
        return HoldFamily.of(this);
    }

    /** The verb whose word is exactly the bytes from {@code from} to {@code to}, exclusive; null where none is. */
    static @Nullable Verb of(byte[] line, int from, int to) {
        int slot = hash(line, from, to);
        for (Verb verb = BY_HASH[slot]; verb != null; verb = BY_HASH[slot]) {
            if (Arrays.equals(verb.bytes, 0, verb.bytes.length, line, from, to)) {
                return verb;
            }
            slot = (slot + 1) % TABLE_SIZE;
        }
        return null;
    }

    private static @Nullable Verb[] tableByHash() {
        var table = new @Nullable Verb[TABLE_SIZE];
        for (Verb verb : values()) {
            int slot = hash(verb.bytes, 0, verb.bytes.length);
            while (table[slot] != null) {
                slot = (slot + 1) % TABLE_SIZE;
            }
            table[slot] = verb;
        }
        return table;
    }

    private static int hash(byte[] line, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + line[i];
        }
        return (hash ^ (hash >>> 8)) & (TABLE_SIZE - 1);
    }
}
