package io.dflockd.engine;

import java.io.IOException;
import java.util.Map;

/** What each session owns, in its order; the things themselves are in the snapshots of their features. */
final class SessionsSnapshot {
    private static final Subscription.Kind[] KINDS = Subscription.Kind.values();

    private SessionsSnapshot() {}

    static void write(Sessions sessions, SnapshotOutput out) throws IOException {
        for (var session : sessions.all()) {
            out.all(session.holds.all(), hold -> out.number(hold.fence));
            out.all(session.waiters.all(), waiter -> out.number(waiter.ticket));
            out.all(session.poppers.all(), popper -> out.number(popper.ticket));
            out.all(session.participants.all(), participant -> out.number(participant.ticket));
            out.all(session.subscriptions.all(), subscription -> {
                out.constant(subscription.kind());
                out.text(subscription.pattern());
                out.text(subscription.group());
            });
            out.all(session.reservations().entrySet(), reservation -> writeReservation(reservation, out));
            out.all(session.expired(), out::text);
        }
    }

    static void read(Engine engine, SnapshotInput in) throws IOException {
        for (var session : engine.sessions.all()) {
            in.all(() -> session.holds.add(in.hold()));
            in.all(() -> session.waiters.add(in.waiting(Waiter.class)));
            in.all(() -> session.poppers.add(in.waiting(Popper.class)));
            in.all(() -> session.participants.add(in.waiting(Participant.class)));
            in.all(() -> engine.subscriptions.restore(
                    session, new Subscription(in.constant(KINDS), in.text(), in.text())));
            in.all(() -> readReservation(session, in));
            in.all(() -> engine.locks.reservations.addExpired(session, in.text()));
        }
    }

    private static void writeReservation(Map.Entry<String, Reservation> entry, SnapshotOutput out) throws IOException {
        out.text(entry.getKey());
        switch (entry.getValue()) {
            case Reservation.Queued(var waiter) -> {
                out.flag(false);
                out.number(waiter.ticket);
            }
            case Reservation.Held(var hold, boolean tokenKnown) -> {
                out.flag(true);
                out.number(hold.fence);
                out.flag(tokenKnown);
            }
        }
    }

    private static void readReservation(Session session, SnapshotInput in) throws IOException {
        var key = in.text();
        var reservation = in.flag()
                ? new Reservation.Held(in.hold(), in.flag())
                : new Reservation.Queued(in.waiting(Waiter.class));
        session.reserve(key, reservation);
    }
}
