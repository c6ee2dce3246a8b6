package io.dflockd.client.event;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.connection.Connection;
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
 * Watches keys of every kind: what is done to them arrives as an event, without its value. When the connection breaks, it
 * is made anew, the keys are watched again, and a {@link Gap} says that events may have been missed. One that is of a
 * {@link DflockdClient} shares its connections; with several servers, a key is watched at the server that it belongs to, a
 * pattern at all. Thread-safe.
 */
public final class WatchConn implements AutoCloseable {
    private final EventServers servers;
    private final EventBuffer<WatchEvent> stream;

    /** Takes over the connection, which must not be used directly from now on, and reconnects as it was made. */
    public WatchConn(Connection connection) {
        this(connection, EventOptions.defaults());
    }

    /** As {@link #WatchConn(Connection)}, with options. */
    public WatchConn(Connection connection, EventOptions options) {
        this(EventServers.of(EventConnection.wrap(connection, options)));
    }

    /** For the library itself. */
    @SuppressWarnings("exports")
    public WatchConn(EventServers servers) {
        this.servers = servers;
        this.stream = servers.stream(gap -> gap);
        servers.start(EventSink.into(stream, WatchEvent.class, WatchConn::read));
    }

    /** Watches a key, or all keys of a pattern with {@code *} and {@code >} as in {@link SignalConn#listen(String)}. */
    public void watch(String pattern) throws InterruptedException {
        var octets = Checks.pattern(pattern);
        servers.subscribe(new Request.Watch(octets), new Request.Unwatch(octets), "");
    }

    public void unwatch(String pattern) throws InterruptedException {
        var octets = Checks.pattern(pattern);
        servers.unsubscribe(new Request.Watch(octets), new Request.Unwatch(octets), "");
    }

    /** What happens to the keys. */
    public EventStream<WatchEvent> events() {
        return stream;
    }

    /** Ends the stream and what it has of connections. May be called twice. */
    @Override
    public void close() {
        servers.close();
    }

    private static @Nullable WatchEvent read(Push push) {
        return push instanceof Push.Watch watch
                ? new WatchEvent.KeyChange(Octets.toText(watch.event()), Octets.toText(watch.key()))
                : null;
    }
}
