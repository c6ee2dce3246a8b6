package io.dflockd.engine;

/** Something that a session is told because it asked to be. One instance goes to all who are told the same. */
public sealed interface Notice {
    record Signal(String channel, String payload) implements Notice {}

    /** An operation on a watched key succeeded. */
    record Change(KeyEvent event, String key) implements Notice {}

    /** The leadership of an observed election changed. */
    record Leadership(LeaderEvent event, String key) implements Notice {}

    /** A hold of the session ended, and not because it was released. */
    record Lost(String key, long fence, boolean revoked) implements Notice {}

    /** So many events could not be sent while the session was without a connection. */
    record Missed(long events) implements Notice {}
}
