package io.dflockd.client.internal.event;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.Sharding;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.event.EventOptions;
import io.dflockd.client.event.Gap;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.protocol.ChannelPattern;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The servers of one stream. A name - a key, a channel - belongs to one of them, a pattern is subscribed to at all. When
 * the stream has ended at one server, for good, it ends at all.
 */
public final class EventServers implements Members.Member {
    private final Map<ServerAddress, EventServer> servers = new LinkedHashMap<>();
    private final Function<String, ServerAddress> serverOf;
    private final EventOptions options;
    private final Executor callbacks;
    private final Meter meter;
    private final Members members;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable EventSink sink;

    private EventServers(Function<String, ServerAddress> serverOf, EventOptions options, Executor callbacks,
            Meter meter, Members members) {
        this.serverOf = serverOf;
        this.options = options;
        this.callbacks = callbacks;
        this.meter = meter;
        this.members = members;
    }

    /** The one server of this connection. */
    public static EventServers of(EventConnection connection) {
        var only = new EventServers(name -> connection.server(), connection.options(), connection.callbacks(),
                connection.meter(), new Members());
        only.servers.put(connection.server(), new EventServer(connection));
        return only;
    }

    /** All servers of a client. Where there is one alone, it is connected to now, else when first needed. */
    public static EventServers all(HandleOptions handle, EventOptions options, Members members)
            throws InterruptedException {
        if (handle.servers().size() == 1) {
            return of(EventConnection.open(handle, handle.servers().get(0), options, members));
        }
        if (members.isClosed()) {
            throw new ConnectionFailedException("the client is closed");
        }
        var all = new EventServers(name -> Sharding.choose(handle.shardFunction(), name, handle.servers()), options,
                handle.callbacks(), handle.meter(), members);
        for (var server : handle.servers()) {
            all.servers.put(server,
                    new EventServer(() -> EventConnection.open(handle, server, options, members)));
        }
        return all;
    }

    /** An empty stream for the events. */
    public <E> EventBuffer<E> stream(Function<Gap, E> overflow) {
        return new EventBuffer<>(options.bufferEvents(),
                dropped -> overflow.apply(new Gap(Gap.Cause.OVERFLOW, dropped)),
                callbacks, meter);
    }

    /** Begins to receive. */
    public void start(EventSink to) {
        sink = to;
        var last = new LastEnd(to);
        servers.values().forEach(server -> server.start(last));
        if (!members.add(this)) {
            close();
        }
    }

    /** Subscribes, as a member of the group if that is not empty. A call that fails leaves no subscription behind. */
    public void subscribe(Request request, Request removal, String group) throws InterruptedException {
        var done = new ArrayList<EventConnection>();
        boolean all = false;
        try {
            for (var server : concerned(request)) {
                var connection = server.connectionFor(group);
                connection.subscribe(request);
                done.add(connection);
            }
            all = true;
        } finally {
            if (!all) {
                done.forEach(connection -> connection.forget(request, removal));
            }
        }
    }

    /** Ends a subscription. It does not come back with the next connection even where this call fails. */
    public void unsubscribe(Request request, Request removal, String group) throws InterruptedException {
        for (var server : concerned(request)) {
            server.connectionFor(group).unsubscribe(request, removal);
        }
    }

    /** Calls to the server that a channel belongs to. */
    public Calls calls(String channel) throws InterruptedException {
        return serverOf(channel).connection().calls();
    }

    /** Ends the stream and its connections. */
    public void close() {
        end(null);
    }

    @Override
    public CompletableFuture<?> clientClosed() {
        close();
        return CompletableFuture.completedFuture(true);
    }

    private void end(@Nullable DflockdException reason) {
        if (ended.compareAndSet(false, true)) {
            members.remove(this);
            servers.values().forEach(EventServer::close);
            var to = sink;
            if (to != null) {
                to.end(reason);
            }
        }
    }

    private List<EventServer> concerned(Request request) {
        return ChannelPattern.hasWildcard(request.key())
                ? List.copyOf(servers.values())
                : List.of(serverOf(Octets.toText(request.key())));
    }

    private EventServer serverOf(String name) {
        var address = serverOf.apply(name);
        var server = servers.get(address);
        if (server == null) {
            throw new IllegalStateException(address + " is no server of this stream");
        }
        return server;
    }

    /** Passes all on, but for the end, which ends all. */
    private final class LastEnd implements EventSink {
        private final EventSink to;

        private LastEnd(EventSink to) {
            this.to = to;
        }

        @Override
        public void push(Push push) {
            to.push(push);
        }

        @Override
        public void gap(Gap gap) {
            to.gap(gap);
        }

        @Override
        public void end(@Nullable DflockdException reason) {
            EventServers.this.end(reason);
        }
    }
}
