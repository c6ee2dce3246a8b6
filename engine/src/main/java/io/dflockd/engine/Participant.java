package io.dflockd.engine;

/** A request that waits at a barrier. */
final class Participant extends Waiting {
    final Barriers.Barrier barrier;
    final long ticket;

    Participant(Barriers.Barrier barrier, Session session, long request, long ticket) {
        super(session, request);
        this.barrier = barrier;
        this.ticket = ticket;
    }

    @Override
    long sequence() {
        return ticket;
    }
}
