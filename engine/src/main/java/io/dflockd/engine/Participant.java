package io.dflockd.engine;

/** A request that waits at a barrier. */
final class Participant extends Timed {
    final Barriers.Barrier barrier;
    final Session session;
    final long request;
    final long ticket;

    Participant(Barriers.Barrier barrier, Session session, long request, long ticket) {
        this.barrier = barrier;
        this.session = session;
        this.request = request;
        this.ticket = ticket;
    }

    @Override
    long sequence() {
        return ticket;
    }
}
