package io.dflockd.client.event;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.SignalCommands;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.event.EventBuffer;
import io.dflockd.client.internal.event.EventConnection;
import io.dflockd.client.internal.event.EventServers;
import io.dflockd.client.internal.event.EventSink;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Request;
import org.jspecify.annotations.Nullable;

/**
 * Listens to signals, and emits them. When the connection breaks, it is made anew, the patterns are listened to again, and
 * a {@link Gap} in the stream says that signals may have been missed: nobody keeps them. One that is of a
 * {@link DflockdClient} shares its connection, but for groups: the members of a group are connections to the server, so
 * listening with a group makes one.
 *
 * <p>With several servers, a channel belongs to one of them, as a key does: signals are emitted there, and heard by those who
 * listen to that channel there, or to a pattern, which is listened to at all servers.
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
 * <p>Calls fail with {@link ConnectionLostException} while it is not connected; over the shared connection of a client
 * they wait for the next one up to the response time-out. Signals come in the order of the server, but those to a group
 * of this one, which come over a connection of their own, and all others are not ordered among each other. Thread-safe.
 */
public final class SignalConn implements AutoCloseable {
    private final EventServers servers;
    private final EventBuffer<SignalEvent> stream;

    /** Takes over the connection, which must not be used directly from now on, and reconnects as it was made. */
    public SignalConn(Connection connection) {
        this(connection, EventOptions.defaults());
    }

    /** As {@link #SignalConn(Connection)}, with options. */
    public SignalConn(Connection connection, EventOptions options) {
        this(EventServers.of(EventConnection.wrap(connection, options)));
    }

    /** For the library itself. */
    @SuppressWarnings("exports")
    public SignalConn(EventServers servers) {
        this.servers = servers;
        this.stream = servers.stream(gap -> gap);
        servers.start(EventSink.into(stream, SignalEvent.class, SignalConn::read));
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
        var octets = Checks.pattern(pattern);
        var groupOctets = Checks.group(group);
        servers.subscribe(new Request.Listen(octets, groupOctets), new Request.Unlisten(octets, groupOctets), group);
    }

    public void unlisten(String pattern) throws InterruptedException {
        unlisten(pattern, "");
    }

    /** Leaves the group for this pattern. */
    public void unlisten(String pattern, String group) throws InterruptedException {
        var octets = Checks.pattern(pattern);
        var groupOctets = Checks.group(group);
        servers.unsubscribe(new Request.Listen(octets, groupOctets), new Request.Unlisten(octets, groupOctets), group);
    }

    /** See {@link SignalCommands#emit}. */
    public long emit(String channel, String payload) throws InterruptedException {
        return new SignalCommands(servers.calls(channel)).emit(channel, payload);
    }

    /** What is heard. */
    public EventStream<SignalEvent> signals() {
        return stream;
    }

    /** Ends the stream and what it has of connections. May be called twice. */
    @Override
    public void close() {
        servers.close();
    }

    private static @Nullable SignalEvent read(Push push) {
        return push instanceof Push.Signal signal
                ? new SignalEvent.Signal(Octets.toText(signal.channel()), Octets.toText(signal.payload()))
                : null;
    }
}
