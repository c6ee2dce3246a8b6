package io.dflockd.http.route;

/**
 * The body of an answer that goes on for as long as somebody takes it. It is asked for more when what it gave was taken, so
 * whoever does not take it makes nothing grow. Used by one thread at a time, that of its
 * connection, which serves others too; none of it may wait for anything.
 */
public interface Feed {
    /**
     * What is to be sent now; empty for nothing yet.
     *
     * @param actor who asks, and what he may see by now
     */
    byte[] next(Actor actor);

    /** Whether there will never be more than what was given. */
    default boolean isOver() {
        return false;
    }

    /** Nobody takes it any more. May be called twice. */
    void close();
}
