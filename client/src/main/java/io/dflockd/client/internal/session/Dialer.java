package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.link.Link;
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

    private final ServerAddress address;
    private final ConnectionOptions options;
    private final TimeSource time;
    private final Meter meter;
    private final @Nullable Sessions sessions;
    /** How connections of their own greet before they take a hold; null where that is the user's to do. */
    private final Request.@Nullable Hello hello;

    /** Makes a connection for each link, which nobody counts, and over which goes nothing but what is sent. */
    public Dialer(ServerAddress address, ConnectionOptions options, TimeSource time) {
        this(address, options, time, new Meter(), null, null);
    }

    /** Makes strands of the one connection that {@code sessions} has to the server, where the server can do that. */
    public Dialer(ServerAddress address, ConnectionOptions options, TimeSource time, Meter meter,
            @Nullable Sessions sessions) {
        this(address, options, time, meter, sessions, sessions == null ? UNNAMED : sessions.hello());
    }

    private Dialer(ServerAddress address, ConnectionOptions options, TimeSource time, Meter meter,
            @Nullable Sessions sessions, Request.@Nullable Hello hello) {
        this.address = address;
        this.options = options;
        this.time = time;
        this.meter = meter;
        this.sessions = sessions;
        this.hello = hello;
    }

    public ServerAddress address() {
        return address;
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
        return greeting == null ? openSocket(link -> link) : openSocket(link -> new OwnConnection(link, greeting));
    }

    /** Begins to connect. Cancelling the future closes what there is. */
    <L extends Link> CompletableFuture<L> openSocket(Function<SocketLink, L> as) {
        var link = SocketLink.open(address, options, time, meter);
        var ready = new CompletableFuture<L>();
        var unused = link.opened().thenCompose(this::authenticate).whenComplete((opened, failure) -> {
            if (failure != null) {
                link.close();
                meter.notConnected();
                ready.completeExceptionally(Futures.unwrap(failure));
                return;
            }
            meter.connected(address);
            opened.onEnd(why -> meter.disconnected(address, why));
            if (!ready.complete(as.apply(opened))) {
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

    /** Reads the answer to {@code auth}: true, or an exception that says what is wrong. */
    public static boolean authenticated(Reply reply, ServerAddress server) {
        if (Refusals.is(reply, Status.OK)) {
            return true;
        }
        if (Refusals.is(reply, Status.ERROR)) {
            throw new AuthenticationException(server + ": the server takes no token: it is set up without one,"
                    + " or this connection is authenticated already and this is no token of administrators");
        }
        throw new AuthenticationException(server + ": the server does not accept the token");
    }

    private CompletableFuture<SocketLink> authenticate(SocketLink link) {
        var supplier = options.authToken();
        if (supplier == null) {
            return CompletableFuture.completedFuture(link);
        }
        var token = Octets.ofText(supplier.get());
        return link.send(new Request.Auth(token), 0).thenApply(reply -> {
            var unused = authenticated(reply, address);
            return link;
        });
    }
}
