package io.dflockd.client.internal.event;

import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.link.Link;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** What an event connection is subscribed to, and so has to ask for again over the next one. */
final class StandingRequests {
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Request> requests = new LinkedHashSet<>();

    /** False where it stands already. */
    boolean add(Request request) {
        lock.lock();
        try {
            return requests.add(request);
        } finally {
            lock.unlock();
        }
    }

    void remove(Request request) {
        lock.lock();
        try {
            requests.remove(request);
        } finally {
            lock.unlock();
        }
    }

    /** Asks for all over this link; completes when all are confirmed, or with why one is not. */
    CompletableFuture<Void> askAgain(Link link) {
        List<Request> all;
        lock.lock();
        try {
            all = new ArrayList<>(requests);
        } finally {
            lock.unlock();
        }
        return CompletableFuture.allOf(all.stream()
                .map(request -> link.send(request, 0).thenAccept(reply -> checkOk(request, reply, link)))
                .toArray(CompletableFuture<?>[]::new));
    }

    private static void checkOk(Request request, Reply reply, Link link) {
        if (!Refusals.is(reply, Status.OK)) {
            throw Refusals.of(request, reply, link.address());
        }
    }
}
