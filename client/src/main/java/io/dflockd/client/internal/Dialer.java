package io.dflockd.client.internal;

import io.dflockd.client.AuthenticationException;
import io.dflockd.client.ConnectionOptions;
import io.dflockd.client.ServerAddress;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.util.concurrent.CompletableFuture;

/** Makes links to one server that are ready for use: connected and, where there is a token, authenticated. */
public final class Dialer {
    private final ServerAddress address;
    private final ConnectionOptions options;
    private final TimeSource time;

    public Dialer(ServerAddress address, ConnectionOptions options, TimeSource time) {
        this.address = address;
        this.options = options;
        this.time = time;
    }

    public ServerAddress address() {
        return address;
    }

    public TimeSource time() {
        return time;
    }

    public ConnectionOptions options() {
        return options;
    }

    /** Begins to connect. Cancelling the future closes what there is, also after it has completed unnoticed. */
    public CompletableFuture<Link> open() {
        var link = Link.open(address, options, time);
        var ready = new CompletableFuture<Link>();
        var unused = link.opened().thenCompose(this::authenticate).whenComplete((opened, failure) -> {
            if (failure != null) {
                link.close();
                ready.completeExceptionally(Futures.unwrap(failure));
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

    /** Reads the answer to {@code auth}: true, or an exception that says what is wrong. */
    public static boolean authenticated(Reply reply, ServerAddress server) {
        if (Refusals.is(reply, Status.OK)) {
            return true;
        }
        if (Refusals.is(reply, Status.ERROR)) {
            throw new AuthenticationException(server + ": the server takes no token: it is set up without one,"
                    + " or this connection is authenticated already");
        }
        throw new AuthenticationException(server + ": the server does not accept the token");
    }

    private CompletableFuture<Link> authenticate(Link link) {
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
