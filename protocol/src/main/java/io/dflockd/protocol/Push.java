package io.dflockd.protocol;

/** A line that the server sends unasked. */
public sealed interface Push {
    /** A signal on a channel that the connection listens to. */
    record Signal(String channel, String payload) implements Push {}

    /** Something happened to a key that the connection watches. The list of events is open. */
    record Watch(String event, String key) implements Push {}

    /** The leadership of an election changed. */
    record Leader(String event, String key) implements Push {}

    /** So many signals and events could not be sent while the session was without a connection. */
    record Missed(long count) implements Push {}
}
