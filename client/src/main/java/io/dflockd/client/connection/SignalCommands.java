package io.dflockd.client.connection;

import io.dflockd.client.event.SignalConn;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.Request;
import java.util.concurrent.CompletableFuture;

/** Sends signals. Listening to them needs a reader of its own: {@link SignalConn}. */
public final class SignalCommands {
    private final Calls calls;

    /** For the library itself. */
    @SuppressWarnings("exports")
    public SignalCommands(Calls calls) {
        this.calls = calls;
    }

    /**
     * Sends the payload, text without line ends and not empty, to all who listen to the channel now.
     *
     * @return how many copies were sent on their way; nobody acknowledges them
     */
    public long emit(String channel, String payload) throws InterruptedException {
        return calls.call(request(channel, payload), Calls::count);
    }

    /** As {@link #emit}. */
    public CompletableFuture<Long> emitAsync(String channel, String payload) {
        return calls.callAsync(request(channel, payload), Calls::count);
    }

    private static Request request(String channel, String payload) {
        return new Request.Signal(Checks.channel(channel), Checks.payload("payload", payload));
    }
}
