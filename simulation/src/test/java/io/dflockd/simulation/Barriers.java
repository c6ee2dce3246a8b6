package io.dflockd.simulation;

import java.util.ArrayList;
import java.util.List;

/** Who waited at barriers, and whether those who passed can have been enough. */
final class Barriers {
    private final List<Visit> visits = new ArrayList<>();

    /** One request to wait at a barrier. */
    static final class Visit {
        private final String key;
        private final int count;
        private final long since;
        private long until = Long.MAX_VALUE;
        private boolean passed;

        private Visit(String key, int count, long since) {
            this.key = key;
            this.count = count;
            this.since = since;
        }

        void left(boolean hasPassed, long now) {
            passed = hasPassed;
            until = now;
        }
    }

    Visit begin(String key, int count, long now) {
        var visit = new Visit(key, count, now);
        visits.add(visit);
        return visit;
    }

    void check() {
        for (var visit : visits) {
            long together = visits.stream()
                    .filter(other -> other.key.equals(visit.key) && other.since <= visit.until
                            && other.until >= visit.since)
                    .count();
            Violation.require(!visit.passed || together >= visit.count,
                    "barrier " + visit.key + " of " + visit.count + " let pass who waited with " + together);
        }
    }
}
