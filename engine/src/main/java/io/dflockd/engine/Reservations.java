package io.dflockd.engine;

import java.util.List;

/**
 * What sessions enqueued for and have not collected yet, and what of it ran out before they did: the next await is told
 * so once, whoever noticed the end of the lease.
 */
final class Reservations {
    private final Sessions sessions;
    private final Footprint footprint;

    Reservations(Sessions sessions, Footprint footprint) {
        this.sessions = sessions;
        this.footprint = footprint;
    }

    boolean has(long sessionId, String key) {
        var session = sessions.find(sessionId);
        return session != null && session.reservation(key) != null;
    }

    /** A new reservation makes the session forget that an earlier one ran out. */
    void add(long sessionId, String key, Reservation reservation) {
        var session = sessions.open(sessionId);
        takeExpired(session, key);
        session.reserve(key, reservation);
    }

    /** Takes back the reservation that the hold was for, if it was. */
    void remove(Session session, Hold hold) {
        if (isReserved(session, hold)) {
            session.removeReservation(hold.resource.key);
        }
    }

    static boolean isReserved(Session session, Hold hold) {
        return session.reservation(hold.resource.key) instanceof Reservation.Held(var reserved, _) && reserved == hold;
    }

    /** Remembers that a reservation ran out before it was collected. */
    void addExpired(Session session, String key) {
        var forgotten = session.addExpired(key);
        footprint.add(Footprint.expiredBytes(key));
        if (forgotten != null) {
            footprint.subtract(Footprint.expiredBytes(forgotten));
        }
    }

    /** Whether a reservation of the key ran out; that is forgotten now. */
    boolean takeExpired(Session session, String key) {
        if (!session.removeExpired(key)) {
            return false;
        }
        footprint.subtract(Footprint.expiredBytes(key));
        return true;
    }

    void forgetExpired(Session session) {
        List.copyOf(session.expired()).forEach(key -> takeExpired(session, key));
    }
}
