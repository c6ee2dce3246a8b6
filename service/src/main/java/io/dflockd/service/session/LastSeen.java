package io.dflockd.service.session;

import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * From where, and as whom, those were last seen whose sessions go on without them: who looks for the holder of a stuck lock
 * wants that of one whose machine is gone. Of this node alone, and for people: it decides nothing. Those whose sessions have
 * ended are forgotten from time to time. There is a bound, as clients make it grow: where there are as many as may be, who
 * leaves is not kept, and those who left long ago are, for whom somebody may look. Guarded by the engine's lock.
 */
final class LastSeen {
    /** Some two megabytes. */
    static final int MOST = 10_000;
    private static final int BETWEEN_SWEEPS = 1024;

    private final LongPredicate isThere;
    private final LongMap<Trace> traces = new LongMap<>();
    private int untilSweep = BETWEEN_SWEEPS;

    record Trace(String peer, String principal) {}

    /** {@code isThere}: whether a session of this number has not ended. */
    LastSeen(LongPredicate isThere) {
        this.isThere = isThere;
    }

    void left(long session, String peer, String principal) {
        if (--untilSweep <= 0) {
            sweep();
        }
        if (traces.size() < MOST) {
            traces.put(session, new Trace(peer, principal));
        }
    }

    private void sweep() {
        untilSweep = BETWEEN_SWEEPS;
        for (long session : traces.keys()) {
            if (session != 0 && !isThere.test(session)) {
                traces.remove(session);
            }
        }
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
