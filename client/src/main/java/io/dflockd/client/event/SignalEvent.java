package io.dflockd.client.event;

/** What a {@link SignalConn} receives: a {@link Signal}, or a {@link Gap}. */
public sealed interface SignalEvent permits SignalEvent.Signal, Gap {
    /**
     * A signal on a channel that is listened to.
     *
     * @param channel the channel it was sent to, which need not be the pattern that was listened to
     */
    record Signal(String channel, String payload) implements SignalEvent {}
}
