package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** A session is away from the moment at which its connection, or all of them, ended, and then has its whole grace. */
final class GracesEndInTheirTime implements Invariant {
    private final Speakers speakers = new Speakers();
    private final Map<Long, Long> graces = new LinkedHashMap<>();
    private final Map<Long, Long> deadlines = new LinkedHashMap<>();

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        var engine = applied.engine();
        var before = Map.copyOf(graces);
        graces.clear();
        speakers.heard().forEach(session -> graces.put(session, before.getOrDefault(session, 0L)));
        speakers.begin(entry);
        speakers.heard().forEach(graces::remove);
        graces.forEach((session, graceMs) -> deadlines.put(session, Step.after(engine.nowMs, graceMs)));
        graces.clear();
        applied.attached().forEach(speakers::note);
        speakers.end(engine);
        deadlines.keySet().removeAll(speakers.heard());
        deadlines.keySet().removeIf(session -> engine.sessions.find(session) == null);
        for (var session : engine.sessions.all()) {
            if (session.resumption != null) {
                graces.put(session.id, session.resumption.graceMs);
                check(session, session.resumption);
            }
        }
    }

    private void check(Session session, Resumption resumption) {
        var deadline = deadlines.get(session.id);
        Invariant.require(session.receives() == (deadline == null), session.id + " is away or not");
        boolean awaited = resumption.absence.heapIndex != Timed.NOT_SCHEDULED;
        if (deadline != null && (awaited || !session.isOfEarlierTerm())) {
            Invariant.require(awaited && resumption.absence.deadlineMs == deadline,
                    session.id + " ends at " + resumption.absence.deadlineMs + ", not at " + deadline);
        }
    }
}
