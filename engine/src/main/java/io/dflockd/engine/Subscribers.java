package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** The sessions that subscribed to one pattern, in that order, each with the ticket of its subscription. */
final class Subscribers {
    private final Map<Session, Long> ticketsBySession = new LinkedHashMap<>();

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
        return ticketsBySession;
    }
}
