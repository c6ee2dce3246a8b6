package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/** The requests that wait, for whatever: each has a time at which its wait ends, and can be found by its number. */
final class Waits {
    private final Deadlines deadlines;
    private final Tickets tickets;
    private final WaitingRequests requests = new WaitingRequests();

    Waits(Deadlines deadlines, Tickets tickets) {
        this.deadlines = deadlines;
        this.tickets = tickets;
    }

    /** The place of somebody who comes now. */
    long nextTicket() {
        return tickets.next();
    }

    /** The request comes to wait at the place, until then. */
    void enter(Waiting place, long request, long untilMs) {
        place.request = request;
        requests.add(place);
        deadlines.schedule(place, untilMs);
        var resumption = place.session.resumption;
        if (resumption != null && request < 0) {
            resumption.untagged = place;
        }
    }

    /** The request at the place waits no more. Does nothing where none does. */
    @SuppressWarnings("ReferenceEquality") // which place it is
    void leave(Waiting place) {
        if (!place.hasRequest()) {
            return;
        }
        deadlines.cancel(place);
        requests.remove(place);
        place.request = Waiting.NO_REQUEST;
        var resumption = place.session.resumption;
        if (resumption != null && resumption.untagged == place) {
            resumption.untagged = null;
        }
    }

    /** Where this request of an open session waits; null where it does not. */
    @Nullable
    Waiting find(Session session, long request) {
        return request == Waiting.NO_REQUEST ? null : requests.find(session, request);
    }
}
