package io.dflockd.client.event;

import io.dflockd.client.internal.Checks;

/**
 * How events are received.
 *
 * @param bufferEvents how many events may wait to be taken; more are dropped and counted
 * @param reconnect whether to connect and subscribe again when the connection breaks; else the stream ends
 */
public record EventOptions(int bufferEvents, boolean reconnect) {
    private static final int DEFAULT_BUFFER_EVENTS = 1024;

    public EventOptions {
        var unused = Checks.atLeast(1, "event buffer", bufferEvents);
    }

    /** Room for 1024 events, and reconnecting. */
    public static EventOptions defaults() {
        return new EventOptions(DEFAULT_BUFFER_EVENTS, true);
    }

    public EventOptions withBuffer(int events) {
        return new EventOptions(events, reconnect);
    }

    public EventOptions withoutReconnect() {
        return new EventOptions(bufferEvents, false);
    }
}
