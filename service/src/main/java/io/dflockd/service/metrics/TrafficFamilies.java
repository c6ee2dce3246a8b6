package io.dflockd.service.metrics;

import static io.dflockd.service.metrics.Families.secondsOfNanos;
import static io.dflockd.service.metrics.Families.word;

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
        families.counter("dflockd_auth_failures_total", "Clients that did not show who they are.",
                family -> family.add(counters.authFailures(), REASON, "login"));
    }
}
