package io.dflockd.service.visit;

import io.dflockd.service.RequestHandler;
import io.dflockd.service.access.Login;
import io.dflockd.service.driver.Alarm;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where those come in who have no connection of the line protocol. There are never many of them, as what is made for them is in
 * nobody's account, and as they must leave room for those who operate the server. Thread-safe.
 */
public final class VisitorDesk {
    private static final int MOST_VISITS = 32;
    /** So many places are left to what is short: who waits must not keep from its renewal what he waits for. */
    private static final int MOST_LONG = 24;
    private static final long BETWEEN_LOOKS_MS = 5;
    private static final long LONGEST_END_MS = 5000;
    private static final long NANOS_PER_MS = 1_000_000;

    private final Semaphore room = new Semaphore(MOST_VISITS);
    private final Semaphore roomForLong = new Semaphore(MOST_LONG);
    private final Alarm loop;
    private final int maxArgBytes;
    private final Set<Visit> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable RequestHandler handler;
    private volatile boolean closed;

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
     * Somebody who is known comes. Empty where nothing is served yet or any more, there are as many as there may be, or
     * more waits to be decided than should. Returns at once.
     *
     * @param isLong whether it may stay for a while: waits, or is told what happens
     * @param source where from; null where that has no address
     * @param peer the same, for people
     */
    public Optional<Visit> open(Login login, boolean isLong, @Nullable InetAddress source, String peer) {
        var requests = handler;
        // Who leaves makes room when what he asked for is decided, but not for ever before that.
        if (requests == null || closed || requests.isFull() || !enter(isLong)) {
            return Optional.empty();
        }
        var visit = new Visit(requests, login, new Visitor(peer, source, loop), loop, maxArgBytes,
                one -> left(one, isLong));
        open.add(visit);
        if (closed) {
            visit.stop();
        }
        return Optional.of(visit);
    }

    private boolean enter(boolean isLong) {
        if (isLong && !roomForLong.tryAcquire()) {
            return false;
        }
        if (room.tryAcquire()) {
            return true;
        }
        if (isLong) {
            roomForLong.release();
        }
        return false;
    }

    private void left(Visit visit, boolean wasLong) {
        open.remove(visit);
        room.release();
        if (wasLong) {
            roomForLong.release();
        }
    }

    /**
     * Lets nobody in any more. What is about to be decided is answered, whatever else has no answer yet gets none; what was given
     * and not delivered goes back. Blocks until all have left: for so long at most, and a few seconds.
     */
    public void close(long atMostMs) {
        closed = true;
        long until = System.nanoTime() + atMostMs * NANOS_PER_MS;
        try {
            open.forEach(Visit::stopUnlessUnderWay);
            while (!haveLeft(BETWEEN_LOOKS_MS)) {
                if (System.nanoTime() - until > 0) {
                    open.forEach(Visit::stop);
                    var unused = haveLeft(LONGEST_END_MS);
                    return;
                }
                open.forEach(Visit::stopUnlessUnderWay);
            }
        } catch (InterruptedException e) {
            open.forEach(Visit::stop);
            Thread.currentThread().interrupt();
        }
    }

    private boolean haveLeft(long waitMs) throws InterruptedException {
        boolean haveLeft = room.tryAcquire(MOST_VISITS, waitMs, TimeUnit.MILLISECONDS);
        if (haveLeft) {
            room.release(MOST_VISITS);
        }
        return haveLeft;
    }
}
