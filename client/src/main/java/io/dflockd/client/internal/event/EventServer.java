package io.dflockd.client.internal.event;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one stream to one server, each made when it is first needed: the one for all, and where that cannot
 * carry groups, one for these, because the members of a group are connections.
 */
final class EventServer {
    private final Opening opening;
    /** Held while a connection is made, so that others who want it wait for that. The end does not. */
    private final ReentrantLock connecting = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;
    private @Nullable EventSink sink;
    private @Nullable EventConnection shared;
    private @Nullable EventConnection groups;

    /** Connects, blocking. */
    interface Opening {
        EventConnection open() throws InterruptedException;
    }

    /** A server that is connected to when that is needed. */
    EventServer(Opening opening) {
        this.opening = opening;
    }

    /** A server that is connected to already. */
    EventServer(EventConnection connected) {
        this(() -> connected);
        shared = connected;
    }

    void start(EventSink to) {
        EventConnection connected;
        lock.lock();
        try {
            sink = to;
            connected = shared;
        } finally {
            lock.unlock();
        }
        if (connected != null) {
            connected.start(to);
        }
    }

    /** The connection for all but groups. */
    EventConnection connection() throws InterruptedException {
        connecting.lockInterruptibly();
        try {
            var known = shared();
            return known == null ? begin(opening.open(), false) : known;
        } finally {
            connecting.unlock();
        }
    }

    /** The connection for this group; empty for none. */
    EventConnection connectionFor(String group) throws InterruptedException {
        if (group.isEmpty()) {
            return connection();
        }
        connecting.lockInterruptibly();
        try {
            var first = connection();
            var known = groups();
            return first.takesGroups() || isClosed() ? first : known == null ? begin(first.openAlone(), true) : known;
        } finally {
            connecting.unlock();
        }
    }

    /** Ends what there is. Never blocks for the server. */
    void close() {
        EventConnection first;
        EventConnection second;
        lock.lock();
        try {
            closed = true;
            first = shared;
            second = groups;
        } finally {
            lock.unlock();
        }
        if (first != null) {
            first.close();
        }
        if (second != null) {
            second.close();
        }
    }

    private EventConnection begin(EventConnection fresh, boolean forGroups) {
        EventSink to;
        lock.lock();
        try {
            to = closed ? null : sink;
            if (forGroups) {
                groups = fresh;
            } else {
                shared = fresh;
            }
        } finally {
            lock.unlock();
        }
        if (to == null) {
            fresh.close();
        } else {
            fresh.start(to);
        }
        return fresh;
    }

    private @Nullable EventConnection shared() {
        lock.lock();
        try {
            return shared;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable EventConnection groups() {
        lock.lock();
        try {
            return groups;
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
}
