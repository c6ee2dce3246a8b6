package io.dflockd.engine;

import java.io.IOException;

/** The barriers and those who wait at them. */
final class BarriersSnapshot {
    private BarriersSnapshot() {}

    static void write(Engine engine, SnapshotOutput out) throws IOException {
        out.all(engine.barriers.all(), barrier -> writeBarrier(barrier, out));
        // Those that have ended and still tell their participants so stand with the chores; but what sessions have must
        // be known before.
        out.all(engine.chores.barriersEnding(), barrier -> writeBarrier(barrier, out));
    }

    static void read(Engine engine, SnapshotInput in) throws IOException {
        in.all(() -> {
            var barrier = engine.barriers.open(in.text(), in.number());
            readParticipants(barrier, engine, in);
        });
        in.all(() -> {
            var barrier = new Barriers.Barrier(in.text(), in.number());
            readParticipants(barrier, engine, in);
            in.remember(barrier);
        });
    }

    /** Only how it ended: the barrier itself was written before. */
    static void writeEnded(Barriers.Barrier barrier, SnapshotOutput out) throws IOException {
        var outcome = barrier.outcome;
        if (outcome == null) {
            throw new IllegalStateException(barrier.key + " has not ended");
        }
        AnswersSnapshot.write(outcome, out);
    }

    static Barriers.Barrier readEnded(SnapshotInput in) throws IOException {
        var barrier = in.nextEndedBarrier();
        barrier.outcome = (Outcome) AnswersSnapshot.read(in);
        return barrier;
    }

    private static void writeBarrier(Barriers.Barrier barrier, SnapshotOutput out) throws IOException {
        out.text(barrier.key);
        out.number(barrier.count);
        out.number(barrier.lastUsedMs);
        out.all(barrier.participants.values(), participant -> writeParticipant(participant, out));
    }

    private static void readParticipants(Barriers.Barrier barrier, Engine engine, SnapshotInput in)
            throws IOException {
        barrier.lastUsedMs = in.number();
        in.all(() -> readParticipant(barrier, engine, in));
    }

    private static void writeParticipant(Participant participant, SnapshotOutput out) throws IOException {
        out.session(participant.session);
        out.number(participant.ticket);
        out.number(participant.sinceMs);
        out.number(participant.request);
        out.number(participant.deadlineMs);
        out.owner(participant.owner);
    }

    private static void readParticipant(Barriers.Barrier barrier, Engine engine, SnapshotInput in) throws IOException {
        var participant = new Participant(barrier, in.session(), in.number(), in.number());
        long request = in.number();
        long deadlineMs = in.number();
        participant.owner = in.owner();
        engine.barriers.add(participant, request, deadlineMs);
        in.remember(participant);
    }
}
