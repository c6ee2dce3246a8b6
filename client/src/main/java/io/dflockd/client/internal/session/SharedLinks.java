package io.dflockd.client.internal.session;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.link.KeepAlive;
import io.dflockd.client.internal.link.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** One connection to each server for commands that never wait there, made when first needed and again when it broke. */
public final class SharedLinks implements Members.Member {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ServerAddress, CompletableFuture<Link>> links = new HashMap<>();
    private boolean closed;

    /** The connection of the dialer's server. Cancelling this future is nobody else's concern. */
    public CompletableFuture<Link> get(Dialer dialer) {
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture
                        .failedFuture(new ConnectionFailedException(dialer.address() + ": the client is closed"));
            }
            var known = links.get(dialer.address());
            if (known == null || isOver(known)) {
                known = dialer.open();
                var unused = known.thenAccept(KeepAlive::start);
                links.put(dialer.address(), known);
            }
            return known.copy();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<?> clientClosed() {
        List<CompletableFuture<Link>> all;
        lock.lock();
        try {
            closed = true;
            all = new ArrayList<>(links.values());
            links.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(link -> Futures.cancel(link, Link::close));
        return CompletableFuture.completedFuture(true);
    }

    private static boolean isOver(CompletableFuture<Link> link) {
        return link.isCompletedExceptionally() || (link.isDone() && link.join().isClosed());
    }
}
