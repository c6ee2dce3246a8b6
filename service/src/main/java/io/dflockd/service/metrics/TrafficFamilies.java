package io.dflockd.service.metrics;

import static io.dflockd.service.metrics.Families.secondsOfNanos;
import static io.dflockd.service.metrics.Families.word;

import io.dflockd.engine.Tally;
import io.dflockd.service.access.CountedAudit;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.service.stats.ServiceMeasures;
import io.dflockd.service.stats.Traffic;
import java.util.List;

/** What comes and goes: requests, lines to subscribers, connections, and how busy that keeps the engine. */
final class TrafficFamilies {
    private static final String REASON = "reason";
    private static final List<Traffic.Told> SUBSCRIBED = List.of(
            Traffic.Told.LISTEN, Traffic.Told.WATCH, Traffic.Told.OBSERVE);

    private TrafficFamilies() {}

    static void addTo(Families families, ServiceMeasures measures) {
        families.counter("dflockd_requests_total", "Requests that were decided, by command word and outcome.",
                family -> measures.traffic()
                        .readRequests((verb, result, count) -> family.add(
                                count, "verb", verb, "outcome", word(result))));
        families.counter("dflockd_pushes_total", "Lines to sessions that subscribed.", family -> {
            for (var told : SUBSCRIBED) {
                family.add(measures.traffic().linesTold(told), "type", word(told));
            }
        });
        families.counter("dflockd_engine_busy_seconds_total",
                "For how long the state was worked on; one of 64 requests is measured and counts for all.",
                family -> family.add(secondsOfNanos(measures.busyNanos())));
        families.counter("dflockd_engine_lock_wait_seconds_total",
                "For how long threads waited for the state, together; measured as that.",
                family -> family.add(secondsOfNanos(measures.lockWaitNanos())));
    }

    static void addConnectionsTo(Families families, ServerCounters counters, List<ListenerCount> listeners) {
        families.gauge("dflockd_connections", "Connections, by the port.", family -> {
            listeners.forEach(listener -> family.add(listener.open(), "listener", listener.name()));
        });
        families.counter("dflockd_connections_opened_total", "Connections that were let in, by the port.", family -> {
            listeners.forEach(listener -> family.add(listener.opened(), "listener", listener.name()));
        });
        families.counter("dflockd_connections_refused_total", "Connections of clients that were not let in.",
                family -> {
                    for (var reason : ServerCounters.Refused.values()) {
                        family.add(counters.refused(reason), REASON, word(reason));
                    }
                });
        families.counter("dflockd_connections_closed_total", "Connections of clients that have ended, by the reason.",
                family -> {
                    for (var reason : ServerCounters.Closed.values()) {
                        family.add(counters.closedFor(reason), REASON, word(reason));
                    }
                });
    }

    /** Who was kept from what, and what is written down of that. */
    static void addSecurityTo(Families families, ServerCounters counters, CountedAudit audit) {
        families.counter("dflockd_auth_failures_total", "Clients and operators that did not show who they are.",
                family -> {
                    for (var reason : ServerCounters.AuthFailure.values()) {
                        family.add(counters.authFailures(reason), REASON, word(reason));
                    }
                });
        families.counter("dflockd_denied_total",
                "What was asked of this server by those who may not, by the right that it takes.", family -> {
                    for (var denied : ServerCounters.Denied.values()) {
                        family.add(counters.denials(denied), "right", word(denied));
                    }
                });
        families.counter("dflockd_audit_records_total", "Records for the audit log, by what came of what they tell.",
                family -> {
                    for (var outcome : CountedAudit.Outcome.values()) {
                        family.add(audit.records(outcome), "outcome", word(outcome));
                    }
                });
        families.counter("dflockd_audit_failures_total", "Records of the audit log that were lost.",
                family -> family.add(audit.failures()));
        families.counter("dflockd_reloads_total", "Files that had changed and were read again, by what came of it.",
                family -> {
                    for (var what : ServerCounters.Reloaded.values()) {
                        family.add(counters.reloads(what, true), "what", word(what), "outcome", "done");
                        family.add(counters.reloads(what, false), "what", word(what), "outcome", "failed");
                    }
                });
    }

    /** What identities were refused for limits of their own. */
    static void addIdentityLimitsTo(Families families, ServiceMeasures measures, ServerCounters counters) {
        families.counter("dflockd_identity_refusals_total",
                "What was refused because an identity had or did as much as it may.", family -> {
                    for (var limit : Tally.OwnerLimit.values()) {
                        family.add(measures.engine().tally().refusals(limit), "limit", word(limit));
                    }
                    for (var limit : ServerCounters.OfIdentity.values()) {
                        family.add(counters.refused(limit), "limit", word(limit));
                    }
                });
    }
}
