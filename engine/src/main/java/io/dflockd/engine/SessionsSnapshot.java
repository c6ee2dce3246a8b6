package io.dflockd.engine;

import java.io.IOException;
import java.util.Map;

/** The sessions, and what each has in its order; the things themselves are in the snapshots of their features. */
final class SessionsSnapshot {
    private static final Subscription.Kind[] KINDS = Subscription.Kind.values();
    private static final Session.Phase[] PHASES = Session.Phase.values();

    private SessionsSnapshot() {}

    static void writeThemselves(Sessions sessions, SnapshotOutput out) throws IOException {
        // Those that are leaving come first: one of the others may have come to the same name or number since.
        out.all(sessions.leaving(), session -> writeItself(session, out));
        out.all(sessions.all(), session -> writeItself(session, out));
        for (var weight : sessions.byWeight()) {
            out.all(weight, out::session);
        }
    }

    static void readThemselves(Engine engine, SnapshotInput in) throws IOException {
        in.all(() -> readItself(engine, in));
        in.all(() -> readItself(engine, in));
        // The order within a weight is part of the state: who came to it first goes first.
        for (var weight : engine.sessions.byWeight()) {
            weight.clear();
            in.all(() -> weight.add(in.session()));
        }
    }

    private static void writeItself(Session session, SnapshotOutput out) throws IOException {
        out.remember(session);
        out.number(session.id);
        out.number(session.term);
        out.constant(session.phase);
        out.flag(session.introduced);
        out.text(session.clientName);
        out.flag(session.wantsLost);
        out.owner(session.owner);
        var resumption = session.resumption;
        out.flag(resumption != null);
        if (resumption != null) {
            writeResumption(resumption, out);
        }
    }

    private static void readItself(Engine engine, SnapshotInput in) throws IOException {
        long id = in.number();
        long term = in.number();
        var phase = in.constant(PHASES);
        boolean introduced = in.flag();
        var clientName = in.text();
        boolean wantsLost = in.flag();
        var owner = in.owner();
        var session = in.flag()
                ? readResumption(id, engine, in)
                : engine.sessions.open(id);
        session.term = term;
        engine.owners.own(session, owner);
        if (introduced) {
            engine.sessions.introduce(session, clientName, wantsLost);
        }
        if (phase != Session.Phase.OPEN) {
            boolean scheduled = session.resumption != null
                    && session.resumption.absence.heapIndex != Timed.NOT_SCHEDULED;
            engine.sessions.leave(session, phase);
            if (scheduled && session.resumption != null) {
                var absence = session.resumption.absence;
                engine.deadlines.schedule(absence, absence.deadlineMs);
            }
        }
        in.remember(session);
    }

    private static void writeResumption(Resumption resumption, SnapshotOutput out) throws IOException {
        out.text(resumption.name);
        out.number(resumption.graceMs);
        out.number(resumption.absence.sequence());
        out.number(resumption.connection);
        out.number(resumption.seen);
        out.number(resumption.missedEvents);
        boolean awaited = resumption.absence.heapIndex != Timed.NOT_SCHEDULED;
        out.flag(awaited);
        if (awaited) {
            out.number(resumption.absence.deadlineMs);
        }
        var owed = resumption.owed;
        out.number(owed.received());
        out.number(owed.size());
        for (long index = owed.received(); index < owed.decided(); index++) {
            out.number(owed.number(index));
            AnswersSnapshot.write(owed.content(index), out);
        }
        out.flag(owed.isOnlyValues());
    }

    private static Session readResumption(long id, Engine engine, SnapshotInput in) throws IOException {
        var resumption = new Resumption(
                in.text(), in.number(), new OwedAnswers(engine.footprint), in.number());
        resumption.connection = in.number();
        resumption.seen = in.number();
        resumption.missedEvents = in.number();
        if (in.flag()) {
            engine.deadlines.schedule(resumption.absence, in.number());
        }
        var session = engine.sessions.open(id, resumption);
        resumption.owed.continueAfter(in.number());
        for (long rest = in.number(); rest > 0; rest--) {
            resumption.owed.add(in.number(), AnswersSnapshot.read(in));
        }
        if (in.flag()) {
            resumption.owed.keepOnlyValues();
        }
        return session;
    }

    static void writeWhatTheyHave(Sessions sessions, SnapshotOutput out) throws IOException {
        for (var session : sessions.all()) {
            writeWhatItHas(session, out);
        }
        for (var session : sessions.leaving()) {
            writeWhatItHas(session, out);
        }
        out.all(sessions.idleAway(), out::session);
    }

    private static void writeWhatItHas(Session session, SnapshotOutput out) throws IOException {
        out.all(session.holds, hold -> out.number(hold.fence));
        out.all(session.waiters.all(), waiter -> out.number(waiter.ticket));
        out.all(session.poppers.all(), popper -> out.number(popper.ticket));
        out.all(session.participants.all(), participant -> out.number(participant.ticket));
        out.all(session.subscriptions.all(), subscription -> {
            out.constant(subscription.kind());
            out.text(subscription.pattern());
            out.text(subscription.group());
        });
        out.all(session.parked.all(), group -> {
            out.text(group.pattern);
            out.text(group.name);
        });
        out.all(session.reservations().entrySet(), reservation -> writeReservation(reservation, out));
        out.all(session.expired(), out::text);
    }

    static void readWhatTheyHave(Engine engine, SnapshotInput in) throws IOException {
        for (var session : engine.sessions.all()) {
            readWhatItHas(session, engine, in);
        }
        for (var session : engine.sessions.leaving()) {
            readWhatItHas(session, engine, in);
        }
        in.all(() -> engine.sessions.noteIfIdle(in.session()));
    }

    private static void readWhatItHas(Session session, Engine engine, SnapshotInput in) throws IOException {
        in.all(() -> {
            var hold = in.hold();
            hold.session = session;
            session.holds.link(hold);
        });
        in.all(() -> session.waiters.add(in.waiting(Waiter.class)));
        in.all(() -> session.poppers.add(in.waiting(Popper.class)));
        in.all(() -> session.participants.add(in.waiting(Participant.class)));
        in.all(() -> engine.subscriptions.restore(
                session, new Subscription(in.constant(KINDS), in.text(), in.text())));
        // The order is part of the state: some may have to wait for a later step.
        in.all(() -> session.parked.add(engine.topics.channels().open(in.text()).group(in.text())));
        in.all(() -> readReservation(session, engine, in));
        in.all(() -> engine.locks.reservations.addExpired(session, in.text()));
    }

    private static void writeReservation(Map.Entry<String, Reservation> entry, SnapshotOutput out) throws IOException {
        out.text(entry.getKey());
        switch (entry.getValue()) {
            case Reservation.Queued queued -> {
                out.flag(false);
                out.number(queued.waiter().ticket);
            }
            case Reservation.Held held -> {
                out.flag(true);
                out.number(held.hold().fence);
                out.flag(held.tokenKnown());
            }
        }
    }

    private static void readReservation(Session session, Engine engine, SnapshotInput in) throws IOException {
        var key = in.text();
        var reservation = in.flag()
                ? new Reservation.Held(in.hold(), in.flag())
                : new Reservation.Queued(in.waiting(Waiter.class));
        engine.locks.reservations.add(session, key, reservation);
    }
}
