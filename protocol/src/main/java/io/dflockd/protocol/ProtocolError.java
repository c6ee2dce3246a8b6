package io.dflockd.protocol;

/** Why a request was refused before anything was done. On the wire each is the bare word {@code error}. */
public enum ProtocolError {
    UNKNOWN_COMMAND(3, "unknown command"),
    BAD_NUMBER(4, "not a whole number in range"),
    BAD_KEY(5, "bad key, pattern or channel"),
    NEGATIVE_TIMEOUT(6, "negative timeout"),
    EMPTY_TOKEN(7, "empty token"),
    BAD_ARGUMENT(8, "malformed argument"),
    BAD_LEASE(9, "lease not above zero"),
    LINE_TOO_LONG(12, "line too long"),
    BAD_LIMIT(13, "limit or count not above zero");

    private final int code;
    private final String meaning;

    ProtocolError(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** The number under which the error appears in the log. */
    public int code() {
        return code;
    }

    /** A few words for a person who reads the log. */
    public String meaning() {
        return meaning;
    }
}
