package io.dflockd.engine;

import java.util.Map;

/** The sessions that subscribed to one pattern, in that order, each with the ticket of its subscription. */
final class Subscribers implements Slots.Member {
    final String pattern;
    private final Table<Session, Long> ticketsBySession = new Table<>();
    private int slot;

    Subscribers(String pattern) {
        this.pattern = pattern;
    }

    void add(Session session, long ticket) {
        ticketsBySession.put(session, ticket);
    }

    void remove(Session session) {
        ticketsBySession.remove(session);
    }

    boolean isEmpty() {
        return ticketsBySession.isEmpty();
    }

    int count() {
        return ticketsBySession.size();
    }

    Map<Session, Long> ticketsBySession() {
        return ticketsBySession.asMap();
    }

    @Override
    public int slot() {
        return slot;
    }

    @Override
    public void slot(int newSlot) {
        slot = newSlot;
    }
}
