package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/** A place where a request of a session waits, or may come to wait. It is scheduled exactly while one does. */
abstract sealed class Waiting extends Timed permits Waiter, Popper, Participant {
    static final long NO_REQUEST = -1;

    final Session session;
    /** The request that waits here; {@link #NO_REQUEST} where none does. Changes only while this is not scheduled. */
    long request;
    /** The next in the chain of {@link WaitingRequests}. */
    @Nullable Waiting nextInChain;

    Waiting(Session session, long request) {
        this.session = session;
        this.request = request;
    }
}
