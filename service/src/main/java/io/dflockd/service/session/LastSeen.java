package io.dflockd.service.session;

import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * From where, and as whom, those were last seen whose sessions go on without them: who looks for the holder of a stuck lock
 * wants that of one whose machine is gone. Of this node alone, and for people: it decides nothing. Those whose sessions have
 * ended are forgotten from time to time, so that there are at most some more than twice as many as sessions. Guarded by the
 * engine's lock.
 */
final class LastSeen {
    static final int LEAST_BETWEEN_SWEEPS = 1024;

    private final LongPredicate isThere;
    private final LongMap<Trace> traces = new LongMap<>();
    private int sweepAt = LEAST_BETWEEN_SWEEPS;

    record Trace(String peer, String principal) {}

    /** {@code isThere}: whether a session of this number has not ended. */
    LastSeen(LongPredicate isThere) {
        this.isThere = isThere;
    }

    void left(long session, String peer, String principal) {
        traces.put(session, new Trace(peer, principal));
        if (traces.size() >= sweepAt) {
            sweep();
        }
    }

    private void sweep() {
        for (long session : traces.keys()) {
            if (session != 0 && !isThere.test(session)) {
                traces.remove(session);
            }
        }
        sweepAt = Math.max(LEAST_BETWEEN_SWEEPS, 2 * traces.size());
    }

    void returned(long session) {
        traces.remove(session);
    }

    /** Null where nobody was seen here, or is there now. */
    @Nullable
    Trace find(long session) {
        return session == 0 ? null : traces.get(session);
    }

    int size() {
        return traces.size();
    }
}
