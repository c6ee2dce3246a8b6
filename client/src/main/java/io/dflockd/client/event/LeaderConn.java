package io.dflockd.client.event;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Election;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.ElectionCommands;
import io.dflockd.client.connection.Grant;
import io.dflockd.client.connection.Renewal;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.event.EventBuffer;
import io.dflockd.client.internal.event.EventConnection;
import io.dflockd.client.internal.event.EventSink;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Request;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in elections with single commands, and observes them. Nothing is renewed by itself: {@link Election} does
 * that. When the connection breaks, a leadership that it held normally ends; the connection is made anew, elections are
 * observed again, and a {@link Gap} says that events may have been missed. Thread-safe; but {@link #elect} holds back all
 * that is asked after it, so observe on another one. Neither is so for one that is of a {@link DflockdClient}, whose
 * connection it shares.
 */
public final class LeaderConn implements AutoCloseable {
    private final EventConnection connection;
    private final EventBuffer<LeaderEvent> stream;

    /** Takes over the connection, which must not be used directly from now on, and reconnects as it was made. */
    public LeaderConn(Connection connection) {
        this(connection, EventOptions.defaults());
    }

    /** As {@link #LeaderConn(Connection)}, with options. */
    public LeaderConn(Connection connection, EventOptions options) {
        this(EventConnection.wrap(connection, options));
    }

    /** For the library itself. */
    @SuppressWarnings("exports")
    public LeaderConn(EventConnection connection) {
        this.connection = connection;
        this.stream = new EventBuffer<>(connection.options().bufferEvents(),
                dropped -> new Gap(Gap.Cause.OVERFLOW, dropped), connection.callbacks(), connection.meter());
        connection.start(EventSink.into(stream, LeaderEvent.class, LeaderConn::read));
    }

    /** As {@link #elect(String, Duration, Duration)} with the server's lease. */
    public Grant elect(String key, Duration wait) throws InterruptedException {
        return elect(key, wait, null);
    }

    /** See {@link ElectionCommands#elect}. */
    public Grant elect(String key, Duration wait, @Nullable Duration lease) throws InterruptedException {
        return commands().elect(key, wait, lease);
    }

    /** See {@link ElectionCommands#resign}. */
    public void resign(String key, String token) throws InterruptedException {
        commands().resign(key, token);
    }

    /** As {@link #renew(String, String, Duration)} with the server's lease. */
    public Renewal renew(String key, String token) throws InterruptedException {
        return renew(key, token, null);
    }

    /** See {@link ElectionCommands#renew}. */
    public Renewal renew(String key, String token, @Nullable Duration lease) throws InterruptedException {
        return commands().renew(key, token, lease);
    }

    /** Observes an election. Where somebody leads now, {@code elected} comes at once. */
    public void observe(String key) throws InterruptedException {
        connection.subscribe(new Request.Observe(Checks.key(key)));
    }

    public void unobserve(String key) throws InterruptedException {
        var octets = Checks.key(key);
        connection.unsubscribe(new Request.Observe(octets), new Request.Unobserve(octets));
    }

    /** What happens to the leaderships. */
    public EventStream<LeaderEvent> events() {
        return stream;
    }

    /** Ends the stream and the connection. May be called twice. */
    @Override
    public void close() {
        connection.close();
    }

    private ElectionCommands commands() {
        return new ElectionCommands(connection.calls());
    }

    private static @Nullable LeaderEvent read(Push push) {
        return push instanceof Push.Leader leader
                ? new LeaderEvent.LeaderChange(Octets.toText(leader.event()), Octets.toText(leader.key()))
                : null;
    }
}
