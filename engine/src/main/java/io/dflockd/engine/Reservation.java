package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/**
 * What an enqueue left for the session's await to collect: first a place in the queue, then, once granted, a hold. A
 * reservation whose hold's lease ran out is no longer one; the session only remembers that it was.
 */
final class Reservation {
    @Nullable Waiter waiter;
    @Nullable Hold hold;
}
