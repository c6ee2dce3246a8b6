package io.dflockd.engine;

/** A request that waits for a value to come into a list. */
final class Popper extends Timed {
    final ValueList list;
    final Session session;
    final long request;
    final End end;
    final long ticket;

    Popper(ValueList list, Session session, long request, End end, long ticket) {
        this.list = list;
        this.session = session;
        this.request = request;
        this.end = end;
        this.ticket = ticket;
    }

    @Override
    long sequence() {
        return ticket;
    }
}
