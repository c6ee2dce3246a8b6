package io.dflockd.client;

import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Request;
import org.jspecify.annotations.Nullable;

/**
 * Listens to signals, and emits them. When the connection breaks, it is made anew, the patterns are listened to again, and
 * a {@link Gap} in the stream says that signals may have been missed: nobody keeps them.
 *
 * <pre>{@code
 * try (var signals = client.signals()) {
 *     signals.listen("tasks.>", "workers"); // each signal goes to one member of the group
 *     for (var event : signals.signals()) {
 *         if (event instanceof SignalEvent.Signal signal) {
 *             handle(signal.channel(), signal.payload());
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>While it is not connected, calls fail with {@link ConnectionLostException}. Thread-safe.
 */
public final class SignalConn implements AutoCloseable {
    private final EventConnection connection;
    private final EventStream<SignalEvent> stream;

    /** Takes over the connection, which must not be used directly from now on, and reconnects as it was made. */
    public SignalConn(Connection connection) {
        this(connection, EventOptions.defaults());
    }

    /** As {@link #SignalConn(Connection)}, with options. */
    public SignalConn(Connection connection, EventOptions options) {
        this(EventConnection.wrap(connection, options));
    }

    SignalConn(EventConnection connection) {
        this.connection = connection;
        this.stream = new EventStream<>(connection.options().bufferEvents(),
                dropped -> new Gap(Gap.Cause.OVERFLOW, dropped), connection.callbacks(), connection.meter());
        connection.start(EventConnection.into(stream, SignalEvent.class, SignalConn::read));
    }

    /**
     * Listens to a channel or pattern: tokens separated by dots, {@code *} for any one token, {@code >} for one or more at
     * the end.
     */
    public void listen(String pattern) throws InterruptedException {
        listen(pattern, "");
    }

    /** As {@link #listen(String)}, as a member of a group: each signal goes to one of them, in turn. */
    public void listen(String pattern, String group) throws InterruptedException {
        connection.subscribe(new Request.Listen(Checks.pattern(pattern), Checks.group(group)));
    }

    public void unlisten(String pattern) throws InterruptedException {
        unlisten(pattern, "");
    }

    /** Leaves the group for this pattern. */
    public void unlisten(String pattern, String group) throws InterruptedException {
        var octets = Checks.pattern(pattern);
        var groupOctets = Checks.group(group);
        connection.unsubscribe(new Request.Listen(octets, groupOctets), new Request.Unlisten(octets, groupOctets));
    }

    /** See {@link SignalCommands#emit}. */
    public long emit(String channel, String payload) throws InterruptedException {
        return new SignalCommands(connection.calls()).emit(channel, payload);
    }

    /** What is heard. */
    public EventStream<SignalEvent> signals() {
        return stream;
    }

    /** Ends the stream and the connection. May be called twice. */
    @Override
    public void close() {
        connection.close();
    }

    private static @Nullable SignalEvent read(Push push) {
        return push instanceof Push.Signal signal
                ? new SignalEvent.Signal(Octets.toText(signal.channel()), Octets.toText(signal.payload()))
                : null;
    }
}
