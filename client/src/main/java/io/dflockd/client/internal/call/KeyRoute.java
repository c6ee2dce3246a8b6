package io.dflockd.client.internal.call;

import io.dflockd.client.error.ClientClosedException;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.internal.session.SharedLinks;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** Sends each request to the server of its key: over the link that all share, or over its own when it waits. */
public final class KeyRoute implements Calls.Route, Members.Member {
    private final HandleOptions options;
    private final SharedLinks links;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Link> waiting = new HashSet<>();
    private boolean closed;

    public KeyRoute(HandleOptions options, SharedLinks links) {
        this.options = options;
        this.links = links;
    }

    @Override
    public CompletableFuture<Link> linkFor(Request request) {
        var dialer = options.dialer(Octets.toText(request.key()));
        if (!Link.isTiedTo(request) || isClosed()) {
            return links.get(dialer);
        }
        var opening = dialer.openFor(request);
        var unused = opening.thenAccept(this::attend);
        return opening;
    }

    @Override
    public void done(Link link, Request request) {
        if (Link.isTiedTo(request)) {
            link.close();
        }
    }

    @Override
    public CompletableFuture<?> clientClosed() {
        List<Link> all;
        lock.lock();
        try {
            closed = true;
            all = new ArrayList<>(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(KeyRoute::end);
        return CompletableFuture.completedFuture(true);
    }

    private void attend(Link link) {
        boolean late;
        lock.lock();
        try {
            late = closed || !waiting.add(link);
        } finally {
            lock.unlock();
        }
        if (late) {
            end(link);
        }
        var unused = link.closed().thenAccept(why -> forget(link));
    }

    private void forget(Link link) {
        lock.lock();
        try {
            waiting.remove(link);
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private static void end(Link link) {
        link.abort(new ClientClosedException(link.address() + ": the client is closed"));
    }
}
