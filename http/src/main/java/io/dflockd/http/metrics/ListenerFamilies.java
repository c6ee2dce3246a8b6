package io.dflockd.http.metrics;

import io.dflockd.http.listener.ListenerCounters;
import io.dflockd.service.metrics.Family;
import io.dflockd.service.metrics.Sample;
import java.util.List;

/** What the admin listener tells of itself. */
public final class ListenerFamilies {
    private ListenerFamilies() {}

    /** All of them, as of now. */
    public static List<Family> of(ListenerCounters counters) {
        return List.of(
                counter("dflockd_admin_requests_total", "Requests to the admin listener.",
                        sample(counters.requests() - counters.problems(), "outcome", "done"),
                        sample(counters.problems(), "outcome", "problem")),
                counter("dflockd_admin_connections_ended_total",
                        "Connections to the admin listener that it ended itself.",
                        sample(counters.refused(), "reason", "limit"),
                        sample(counters.madeRoom(), "reason", "room"),
                        sample(counters.timedOut(), "reason", "timeout")));
    }

    private static Family counter(String name, String help, Sample... samples) {
        return new Family(name, Family.Type.COUNTER, help, List.of(samples));
    }

    private static Sample sample(long value, String label, String word) {
        return new Sample.Single(List.of(label, word), Math.max(value, 0));
    }
}
