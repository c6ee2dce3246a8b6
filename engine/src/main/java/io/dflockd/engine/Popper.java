package io.dflockd.engine;

/** A request that waits for a value to come into a list. */
final class Popper extends Waiting {
    final ValueList list;
    final End end;
    final long ticket;

    Popper(ValueList list, Session session, long request, End end, long ticket) {
        super(session, request);
        this.list = list;
        this.end = end;
        this.ticket = ticket;
    }

    @Override
    long sequence() {
        return ticket;
    }
}
