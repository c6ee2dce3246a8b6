package io.dflockd.engine;

/** A session's standing interest. The group is empty except for listeners that share signals among them. */
record Subscription(Kind kind, String pattern, String group) {
    enum Kind {
        LISTENER,
        WATCH,
        OBSERVER
    }

    /** What ends it, when its session asks for that. */
    Command end() {
        return switch (kind) {
            case LISTENER -> new Command.Unlisten(pattern, group);
            case WATCH -> new Command.Unwatch(pattern);
            case OBSERVER -> new Command.Unobserve(pattern);
        };
    }
}
