package io.dflockd.engine;

import java.io.IOException;

/** The barriers and those who wait at them. */
final class BarriersSnapshot {
    private BarriersSnapshot() {}

    static void write(Barriers barriers, SnapshotOutput out) throws IOException {
        out.all(barriers.all(), barrier -> {
            out.text(barrier.key);
            out.number(barrier.count);
            out.number(barrier.lastUsedMs);
            out.all(barrier.participants.values(), participant -> writeParticipant(participant, out));
        });
    }

    static void read(Engine engine, SnapshotInput in) throws IOException {
        in.all(() -> {
            var barrier = engine.barriers.open(in.text(), in.number());
            barrier.lastUsedMs = in.number();
            in.all(() -> readParticipant(barrier, engine, in));
        });
    }

    private static void writeParticipant(Participant participant, SnapshotOutput out) throws IOException {
        out.number(participant.session.id);
        out.number(participant.request);
        out.number(participant.ticket);
        out.number(participant.deadlineMs);
    }

    private static void readParticipant(Barriers.Barrier barrier, Engine engine, SnapshotInput in) throws IOException {
        var participant = new Participant(barrier, in.session(), in.number(), in.number());
        engine.barriers.add(participant, in.number());
        in.remember(participant);
    }
}
