package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ServerDrainingException;
import io.dflockd.client.internal.Backoff;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.internal.link.Route;
import io.dflockd.client.internal.link.SocketLink;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes links to one server that are ready for use: connected and, where there is a token, authenticated. */
public final class Dialer {
    /** How one who has told no name calls itself. */
    private static final Request.Hello UNNAMED = Sessions.hello("java");

    /** With a cluster, a pause is no longer than a part of what an election takes. */
    private static final long LONGEST_PAUSE_NANOS = 500_000_000L;

    private final Route route;
    private final ConnectionOptions options;
    private final TimeSource time;
    private final Meter meter;
    private final @Nullable Sessions sessions;
    /** How connections of their own greet before they take a hold; null where that is the user's to do. */
    private final Request.@Nullable Hello hello;

    /** Makes a connection for each link, which nobody counts, and over which goes nothing but what is sent. */
    public Dialer(Route route, ConnectionOptions options, TimeSource time) {
        this(route, options, time, new Meter(), null, null);
    }

    /** Makes strands of the one connection that {@code sessions} has to the server, where the server can do that. */
    public Dialer(Route route, ConnectionOptions options, TimeSource time, Meter meter,
            @Nullable Sessions sessions) {
        this(route, options, time, meter, sessions, sessions == null ? UNNAMED : sessions.hello());
    }

    private Dialer(Route route, ConnectionOptions options, TimeSource time, Meter meter,
            @Nullable Sessions sessions, Request.@Nullable Hello hello) {
        this.route = route;
        this.options = options;
        this.time = time;
        this.meter = meter;
        this.sessions = sessions;
        this.hello = hello;
    }

    /** What the server is called here, whichever of its nodes serves. */
    public ServerAddress server() {
        return route.server();
    }

    /** The node that serves, or did so last. */
    public ServerAddress address() {
        return route.present();
    }

    public Route route() {
        return route;
    }

    public TimeSource time() {
        return time;
    }

    public Meter meter() {
        return meter;
    }

    public ConnectionOptions options() {
        return options;
    }

    /**
     * A link that ends what was taken over it when it ends. Cancelling the future closes what there is, also after it has
     * completed unnoticed.
     */
    public CompletableFuture<Link> open() {
        return sessions == null || !sessions.isWanted() ? openAlone() : sessions.open(this);
    }

    /** As {@link #open}, for a link that is to have a place in the queue of this key. */
    public CompletableFuture<Link> openForPlace(String key) {
        return sessions == null || !sessions.isWanted() ? openAlone() : sessions.openForPlace(this, key);
    }

    /** As {@link #open}, for a link that carries this request, which waits, and nothing else. */
    public CompletableFuture<Link> openFor(Request request) {
        // A session is one participant of a barrier, however often it asks.
        return request instanceof Request.AwaitBarrier ? openForPlace("barrier " + request.key()) : open();
    }

    /** A connection of its own. Cancelling the future closes what there is. */
    public CompletableFuture<Link> openAlone() {
        var greeting = hello;
        return greeting == null
                ? openSocket(link -> link)
                : openSocket(link -> new OwnConnection(link, greeting, route));
    }

    /** Begins to connect. Cancelling the future closes what there is. */
    <L extends Link> CompletableFuture<L> openSocket(Function<SocketLink, L> as) {
        var opening = route.isCluster() ? new ClusterDial(this).open() : openOnly();
        var ready = new CompletableFuture<L>();
        var unused = opening.whenComplete((opened, failure) -> {
            if (failure != null) {
                ready.completeExceptionally(Futures.unwrap(failure));
                return;
            }
            announce(opened);
            if (!ready.complete(as.apply(opened))) {
                opened.close();
            }
        });
        var ignored = ready.whenComplete((opened, failure) -> {
            if (ready.isCancelled()) {
                opening.cancel(false);
            }
        });
        return ready;
    }

    /**
     * Goes on to the leader from a node that has said to be one of a cluster; not where the connection was made with that in
     * mind. It is closed where another takes its place.
     */
    CompletableFuture<SocketLink> toLeader(SocketLink from) {
        if (route.isCluster()) {
            return CompletableFuture.completedFuture(from);
        }
        return new ClusterDial(this).openFrom(from).thenApply(leader -> {
            if (!leader.equals(from)) {
                announce(leader);
            }
            return leader;
        });
    }

    /** Learns of the nodes that there are from one that has said to be one of a cluster. */
    void learn(SocketLink over) {
        ClusterDial.learn(route, over);
    }

    /** How long to wait before the next attempt. */
    public long pauseNanos(Backoff backoff) {
        long pause = backoff.next();
        return route.isCluster() ? Math.min(pause, LONGEST_PAUSE_NANOS) : pause;
    }

    private CompletableFuture<SocketLink> openOnly() {
        var address = route.present();
        var link = SocketLink.open(address, options, time, meter);
        var ready = new CompletableFuture<SocketLink>();
        var unused = link.opened().thenCompose(this::authenticate).whenComplete((opened, failure) -> {
            if (failure != null) {
                link.close();
                var why = Futures.unwrap(failure);
                meter.notConnected(address, told(address, why));
                ready.completeExceptionally(why);
            } else if (!ready.complete(opened)) {
                link.close();
            }
        });
        var ignored = ready.whenComplete((opened, failure) -> {
            if (ready.isCancelled()) {
                link.close();
            }
        });
        return ready;
    }

    private void announce(SocketLink opened) {
        meter.connected(opened.address());
        opened.onEnd(why -> meter.disconnected(opened.address(), why));
    }

    /** The failure as a listener is told of it. */
    static DflockdException told(ServerAddress address, Throwable why) {
        return why instanceof DflockdException told
                ? told
                : new ConnectionFailedException(address + ": cannot connect: " + Words.of(why), why);
    }

    /** Reads the answer to {@code auth}: true, or an exception that says what is wrong. */
    public static boolean authenticated(Reply reply, ServerAddress server) {
        if (Refusals.is(reply, Status.OK)) {
            return true;
        }
        if (Refusals.is(reply, Status.ERROR_DRAINING)) {
            throw new ServerDrainingException(server + ": the server is drained or shuts down, and takes nothing new");
        }
        if (Refusals.is(reply, Status.ERROR)) {
            throw new AuthenticationException(server + ": the server takes no token: it is set up without one,"
                    + " or this connection is authenticated already and this is no token of administrators");
        }
        throw new AuthenticationException(server + ": the server does not accept the token");
    }

    CompletableFuture<SocketLink> authenticate(SocketLink link) {
        var supplier = options.authToken();
        if (supplier == null) {
            return CompletableFuture.completedFuture(link);
        }
        var token = Octets.ofText(supplier.get());
        return link.send(new Request.Auth(token), 0).thenApply(reply -> {
            var unused = authenticated(reply, link.address());
            return link;
        });
    }
}
