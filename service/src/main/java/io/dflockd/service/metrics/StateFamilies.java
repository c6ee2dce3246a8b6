package io.dflockd.service.metrics;

import static io.dflockd.service.metrics.Families.word;

import io.dflockd.engine.Measures;
import io.dflockd.engine.Tally;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.service.stats.ServiceMeasures;

/** How much there is of everything, and how much there may be. */
final class StateFamilies {
    private final ServiceMeasures service;
    private final Measures measures;

    StateFamilies(ServiceMeasures service) {
        this.service = service;
        this.measures = service.engine();
    }

    void addTo(Families families) {
        var census = measures.census();
        families.gauge("dflockd_keys",
                "Keys by what they are; lock stands for semaphores, read-write locks and elections too, idle ones included.",
                family -> family.add(census.resources(), "type", "lock")
                        .add(census.counters(), "type", "counter")
                        .add(census.values(), "type", "value")
                        .add(census.lists(), "type", "list")
                        .add(census.barriers(), "type", "barrier"));
        families.gauge("dflockd_state_bytes", "The server's own estimate of the size of its state.",
                family -> family.add(census.bytes()));
        families.gauge("dflockd_subscriptions", "Subscriptions of sessions.",
                family -> family.add(census.listeners(), "type", "listen")
                        .add(census.watches(), "type", "watch")
                        .add(census.observers(), "type", "observe"));
        sessions(families);
    }

    private void sessions(Families families) {
        int named = measures.census().namedSessions();
        int connected = Math.min(named, service.connectedSessions());
        families.gauge("dflockd_sessions", "Sessions that can outlive their connection, by whether they have one now.",
                family -> family.add(connected, "state", "connected").add(named - connected, "state", "away"));
        families.counter("dflockd_sessions_resumed_total", "Sessions that a new connection has taken over.",
                family -> family.add(measures.tally().sessionsResumed()));
        families.counter("dflockd_sessions_ended_total", "Sessions that have ended, by the reason.", family -> {
            for (var end : Tally.SessionEnding.values()) {
                family.add(measures.tally().sessionsEnded(end), "reason", word(end));
            }
        });
    }

    /** {@code maxConnections} is 0 for any number, as are all limits. */
    void addLimitsTo(Families families, ServerCounters counters, int maxConnections) {
        var census = measures.census();
        var limits = measures.limits();
        families.gauge("dflockd_limit", "How much there may be; 0 for any number. Of waiters it is for each key.",
                family -> family.add(limits.maxLocks(), "limit", "locks")
                        .add(limits.maxKeys(), "limit", "keys")
                        .add(limits.maxWaiters(), "limit", "waiters")
                        .add(limits.maxBytes(), "limit", "memory")
                        .add(maxConnections, "limit", "connections")
                        .add(limits.maxSessions(), "limit", "sessions"));
        long keys = (long) census.counters() + census.values() + census.lists() + census.barriers();
        families.gauge("dflockd_limit_used", "How much there is of what dflockd_limit bounds.",
                family -> family.add(census.resources() - census.idleResources(), "limit", "locks")
                        .add(keys, "limit", "keys")
                        .add(census.bytes(), "limit", "memory")
                        .add(counters.openConnections(), "limit", "connections")
                        .add(census.namedSessions(), "limit", "sessions"));
        families.counter("dflockd_limit_refusals_total", "What was refused because there was as much as there may be.",
                family -> {
                    for (var limit : Tally.Limit.values()) {
                        family.add(measures.tally().refusals(limit), "limit", word(limit));
                    }
                    family.add(counters.refused(ServerCounters.Refused.LIMIT), "limit", "connections");
                });
    }
}
