package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.ClientClosedException;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.link.KeepAlive;
import io.dflockd.client.internal.link.Link;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** One connection to each server for commands that never wait there, made when first needed and again when it broke. */
public final class SharedLinks implements Members.Member {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ServerAddress, Shared> links = new HashMap<>();
    private boolean closed;

    /** A link that is being made, and what those get who want it: that fails as soon as the client is closed. */
    private record Shared(CompletableFuture<Link> opening, CompletableFuture<Link> offered) {
        private boolean isOver() {
            return offered.isCompletedExceptionally() || (offered.isDone() && offered.join().isClosed());
        }
    }

    /** The connection of the dialer's server. Cancelling this future is nobody else's concern. */
    public CompletableFuture<Link> get(Dialer dialer) {
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(closedClient(dialer.server()));
            }
            var known = links.get(dialer.server());
            if (known == null || known.isOver()) {
                var opening = dialer.open();
                known = new Shared(opening, opening.copy());
                var unused = opening.thenAccept(KeepAlive::start);
                links.put(dialer.server(), known);
            }
            return known.offered.copy();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<?> clientClosed() {
        Map<ServerAddress, Shared> all;
        lock.lock();
        try {
            closed = true;
            all = Map.copyOf(links);
            links.clear();
        } finally {
            lock.unlock();
        }
        all.forEach((server, shared) -> {
            var unused = shared.offered.completeExceptionally(closedClient(server));
            // Those who wait for answers are told why, also after the link has come about in this very moment.
            Futures.cancel(shared.opening, link -> link.abort(closedClient(server)));
        });
        return CompletableFuture.completedFuture(true);
    }

    private static ClientClosedException closedClient(ServerAddress server) {
        return new ClientClosedException(server + ": the client is closed");
    }
}
