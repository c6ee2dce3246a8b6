package io.dflockd.client.internal.session;

import io.dflockd.client.error.DflockdException;

/** Whose requests a {@link Conversation} carries. Told on threads that must not be blocked, outside all locks. */
interface ConversationOwner {
    /** Why there will be no answers any more, once there will be none. */
    DflockdException whyClosed();

    /** An answer came; {@code cut} says that it lacks its end, because it was too long. */
    void answered(Exchange exchange, String line, boolean cut);

    /** The server is to be asked for a sign of life, by a request with a number. */
    void ping();

    /** Fewer requests are under way than before. */
    void fewer();

    /** What the server says does not fit this session, so the next connection is to begin another. */
    void outOfStep();
}
