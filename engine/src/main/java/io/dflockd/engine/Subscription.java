package io.dflockd.engine;

/** A session's standing interest. The group is empty except for listeners that share signals among them. */
record Subscription(Kind kind, String pattern, String group) {
    enum Kind {
        LISTENER,
        WATCH,
        OBSERVER
    }
}
