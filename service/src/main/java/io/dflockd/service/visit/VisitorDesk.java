package io.dflockd.service.visit;

import io.dflockd.service.RequestHandler;
import io.dflockd.service.access.Login;
import io.dflockd.service.driver.Alarm;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Where those come in who have no connection of the line protocol. There are never many of them, as what is made for them is in
 * nobody's account, and as they must leave room for those who operate the server. Thread-safe.
 */
public final class VisitorDesk {
    private static final int MOST_VISITS = 32;

    private final Semaphore room = new Semaphore(MOST_VISITS);
    private final Alarm loop;
    private final int maxArgBytes;
    private volatile @Nullable RequestHandler handler;

    /**
     * Lets nobody in before {@link #serve}.
     *
     * @param loop has what is asked done by a thread that serves clients, which wakes those whom it concerns
     * @param maxArgBytes how long a value may be
     */
    public VisitorDesk(Alarm loop, int maxArgBytes) {
        this.loop = loop;
        this.maxArgBytes = maxArgBytes;
    }

    /** From now on, requests are handled. */
    public void serve(RequestHandler requests) {
        handler = requests;
    }

    /** Whether requests are handled by now. */
    public boolean isServing() {
        return handler != null;
    }

    /**
     * Somebody who is known comes. Empty where nothing is served yet, or there are as many as there may be. Returns at once.
     *
     * @param source where from; null where that has no address
     * @param peer the same, for people
     */
    public Optional<Visit> open(Login login, @Nullable InetAddress source, String peer) {
        var requests = handler;
        if (requests == null || !room.tryAcquire()) {
            return Optional.empty();
        }
        return Optional.of(
                new Visit(requests, login, new Visitor(peer, source, loop), loop, maxArgBytes, room::release));
    }
}
