package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers of a named session are taken one after another, each once, and only as its speaker gives them. */
final class NumbersAreTakenOnce implements Invariant {
    private final Map<Long, Long> seen = new LinkedHashMap<>();

    @Override
    public void check(Applied applied) {
        var entry = applied.entry();
        for (var session : applied.engine().sessions.all()) {
            if (session.resumption == null) {
                continue;
            }
            long before = seen.getOrDefault(session.id, 0L);
            boolean expected = applied.taken() && entry.session() == session.id && entry.request() > 0;
            Invariant.require(session.resumption.seen == before + (expected ? 1 : 0),
                    "session " + session.id + " went from " + before + " to " + session.resumption.seen);
            Invariant.require(!expected || session.resumption.seen == entry.request(), "another number was taken");
            seen.put(session.id, session.resumption.seen);
        }
    }
}
