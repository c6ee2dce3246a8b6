package io.dflockd.engine;

/** A request that waits for a value to come into a list. */
final class Popper extends Waiting {
    final ValueList list;
    final End end;

    Popper(ValueList list, Session session, End end, long ticket, long sinceMs) {
        super(session, ticket, sinceMs);
        this.list = list;
        this.end = end;
    }
}
