package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/** A place where a request of a session waits, or may come to wait. It is scheduled exactly while one does. */
abstract sealed class Waiting extends Timed permits Waiter, Popper, Participant {
    /** No request has this number. */
    static final long NO_REQUEST = 0;

    final Session session;
    /** Its number in the order of arrival. */
    final long ticket;
    final long sinceMs;
    /** For whom it counts; null for nobody. Set before it comes to where it waits. */
    @Nullable Owner owner;
    /** The request that waits here; {@link #NO_REQUEST} where none does. Changes only while this is not scheduled. */
    long request = NO_REQUEST;
    /** The next in the chain of {@link WaitingRequests}. */
    @Nullable Waiting nextInChain;

    Waiting(Session session, long ticket, long sinceMs) {
        this.session = session;
        this.ticket = ticket;
        this.sinceMs = sinceMs;
    }

    /** Whether there is somebody who waits. What there is not for must get nothing, until it is cleared away. */
    boolean isHeard() {
        return session.hears(request);
    }

    boolean hasRequest() {
        return request != NO_REQUEST;
    }

    @Override
    long sequence() {
        return ticket;
    }
}
