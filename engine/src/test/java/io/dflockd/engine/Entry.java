package io.dflockd.engine;

/** One step of a history: an action and the time at which it is applied. */
public record Entry(long timeMs, Action action) {
    Command command() {
        return action.command();
    }

    long connection() {
        return action.connection();
    }

    long session() {
        return action.session();
    }

    long request() {
        return action.request();
    }

    /** What a connection without a name wants. */
    static Entry of(long timeMs, long connection, long request, Command command) {
        return new Entry(timeMs, new Action(request, connection, connection, request, 0, command));
    }
}
