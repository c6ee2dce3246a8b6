package io.dflockd.engine;

/**
 * What an enqueue left for the session's await to collect: first a place in the queue, then, once granted, a hold. A
 * reservation whose hold's lease ran out is no longer one; the session only remembers that it was.
 */
sealed interface Reservation {
    record Queued(Waiter waiter) implements Reservation {}

    /** {@code tokenKnown} where the answer to the enqueue already brought the token. */
    record Held(Hold hold, boolean tokenKnown) implements Reservation {}
}
