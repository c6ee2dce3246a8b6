package io.dflockd.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What sessions enqueued for and have not collected yet, and what of it ran out before they did: the next await is told
 * so once, whoever noticed the end of the lease.
 */
final class Reservations {
    private final Footprint footprint;

    Reservations(Footprint footprint) {
        this.footprint = footprint;
    }

    boolean has(@Nullable Session session, String key) {
        return session != null && session.reservation(key) != null;
    }

    /** A new reservation makes the session forget that an earlier one ran out. */
    void add(Session session, String key, Reservation reservation) {
        takeExpired(session, key);
        session.reserve(key, reservation);
        footprint.add(Footprint.RESERVATION_BYTES);
    }

    void remove(Session session, String key) {
        if (session.reservation(key) != null) {
            session.removeReservation(key);
            footprint.subtract(Footprint.RESERVATION_BYTES);
        }
    }

    /** Takes back the reservation that the hold was for, if it was. */
    void remove(Session session, Hold hold) {
        if (isReserved(session, hold)) {
            remove(session, hold.resource.key);
        }
    }

    @SuppressWarnings("ReferenceEquality") // which hold it is
    static boolean isReserved(Session session, Hold hold) {
        return session.reservation(hold.resource.key) instanceof Reservation.Held held && held.hold() == hold;
    }

    /** Whether the hold was granted in the background and its token never asked for. */
    @SuppressWarnings("ReferenceEquality") // which hold it is
    static boolean isUnknown(Session session, Hold hold) {
        return session.reservation(hold.resource.key) instanceof Reservation.Held held && held.hold() == hold
                && !held.tokenKnown();
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
