package io.dflockd.engine;

/** A request that waits at a barrier. */
final class Participant extends Waiting {
    final Barriers.Barrier barrier;

    Participant(Barriers.Barrier barrier, Session session, long ticket, long sinceMs) {
        super(session, ticket, sinceMs);
        this.barrier = barrier;
    }
}
