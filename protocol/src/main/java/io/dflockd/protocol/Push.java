package io.dflockd.protocol;

/** A line that the server sends unasked. */
public sealed interface Push {
    /** A signal on a channel that the connection listens to. */
    record Signal(String channel, String payload) implements Push {}

    /** Something happened to a key that the connection watches. The list of events is open. */
    record Watch(String event, String key) implements Push {}

    /** The leadership of an election changed. */
    record Leader(String event, String key) implements Push {}

    /**
     * A hold of this session ended otherwise than by its own release. The list of reasons is open.
     */
    record Lost(String key, long fence, String reason) implements Push {
        public static final String REVOKED = "revoked";
        public static final String EXPIRED = "expired";
    }

    /** So many signals and events could not be sent while the session was without a connection. */
    record Missed(long count) implements Push {}
}
