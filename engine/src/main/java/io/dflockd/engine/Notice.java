package io.dflockd.engine;

/** Something that a session is told because it subscribed. One instance goes to all who are told the same. */
public sealed interface Notice {
    record Signal(String channel, String payload) implements Notice {}

    /** An operation on a watched key succeeded. */
    record Change(KeyEvent event, String key) implements Notice {}

    /** The leadership of an observed election changed. */
    record Leadership(LeaderEvent event, String key) implements Notice {}
}
