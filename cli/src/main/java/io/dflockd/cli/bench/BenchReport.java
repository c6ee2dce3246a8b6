package io.dflockd.cli.bench;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.TextTable;
import io.dflockd.cli.load.Outcome;
import io.dflockd.cli.load.Plan;
import io.dflockd.cli.load.Workload;
import io.dflockd.client.ServerAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a load showed, for people or as JSON. */
final class BenchReport {
    private static final double NANOS_PER_US = 1e3;
    private static final double TENTHS = 10;
    private static final double THOUSANDTHS = 1e3;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Plan plan;
    private final List<ServerAddress> servers;
    private final List<String> versions;

    /** @param versions of the servers, in their order */
    BenchReport(Plan plan, List<ServerAddress> servers, List<String> versions) {
        this.plan = plan;
        this.servers = servers;
        this.versions = versions;
    }

    /** The result to standard output; to standard error what went wrong, a line for each kind. */
    void print(Outcome outcome, Call call) {
        call.out().line(text(outcome), object(outcome));
        outcome.failures()
                .forEach((kind, failure) -> call.warn("%s: %d; the first: %s".formatted(
                        kind.replace('_', ' '), failure.count(), failure.first())));
        if (outcome.violations() > 0) {
            call.warn("exclusion violated: %d; the first: %s".formatted(outcome.violations(),
                    outcome.violation()));
        }
    }

    String text(Outcome outcome) {
        var counts = new LinkedHashMap<String, Object>();
        counts.put(plan.workload().operations(), outcome.operations());
        counts.put(plan.workload().operations() + "/s", Math.round(outcome.perSecond()));
        counts.put("errors", outcome.failureCount());
        if (plan.workload() == Workload.CONTENDED) {
            counts.put("exclusion violations", outcome.violations());
        }
        return """
                %s: %s
                %s
                %s
                measured %s s after a warm-up of %s s%s

                %s

                latency of %s in µs
                %s""".formatted(plan.workload().title(), plan.workload().description(), servers(), load(),
                rounded(outcome.seconds(), TENTHS), Call.seconds(plan.warmUp()),
                outcome.stopped() ? ", ended early" : "", TextTable.of(List.of(counts)), timed(),
                outcome.operations() == 0
                        ? "  nothing was measured"
                        : TextTable.of(List.of(latencies(outcome, "", 1))));
    }

    Map<String, Object> object(Outcome outcome) {
        var object = Call.object("workload", plan.workload().title(), "servers",
                servers.stream().map(ServerAddress::toString).toList(), "server_versions", versions);
        object.putAll(sizes());
        object.put("warm_up_s", plan.warmUp().toMillis() / MILLIS_PER_SECOND);
        object.put("measured_s", rounded(outcome.seconds(), THOUSANDTHS));
        object.put("ended_early", outcome.stopped());
        object.put("operations", outcome.operations());
        object.put("operations_per_s", rounded(outcome.perSecond(), TENTHS));
        object.putAll(latencies(outcome, "_us", TENTHS));
        object.put("errors", outcome.failureCount());
        object.put("errors_by_kind", outcome.failures()
                .entrySet()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, kind -> kind.getValue().count(), Long::sum,
                        LinkedHashMap::new)));
        if (plan.workload() == Workload.CONTENDED) {
            object.put("exclusion_violations", outcome.violations());
        }
        return object;
    }

    private String servers() {
        var described = new ArrayList<String>();
        for (int i = 0; i < servers.size(); i++) {
            described.add(servers.get(i) + " (" + versions.get(i) + ")");
        }
        return "server " + String.join(", ", described);
    }

    private String load() {
        var load = switch (plan.workload()) {
            case PAIRS -> "%s, locks %d each, lease %d s".formatted(connections(), plan.locks(),
                    plan.leaseSeconds());
            case CONTENDED -> "%s, lease %d s".formatted(connections(), plan.leaseSeconds());
            case PIPELINED -> "%s, window %d, lease %d s".formatted(connections(), plan.window(),
                    plan.leaseSeconds());
            case SIGNALS -> "publishers %d, subscribers %d, window %d, payload %d bytes".formatted(
                    plan.connections(), plan.subscribers(), plan.window(), plan.payloadBytes());
        };
        return plan.perSecond() == 0 ? load : load + ", begun " + plan.perSecond() + "/s";
    }

    private String connections() {
        return "connections " + plan.connections();
    }

    /** Only those that the workload has. */
    private Map<String, Object> sizes() {
        var sizes = Call.object("connections", plan.connections());
        switch (plan.workload()) {
            case PAIRS -> sizes.putAll(Call.object("locks", plan.locks(), "lease_s", plan.leaseSeconds()));
            case CONTENDED -> sizes.put("lease_s", plan.leaseSeconds());
            case PIPELINED -> sizes.putAll(Call.object("window", plan.window(), "lease_s", plan.leaseSeconds()));
            case SIGNALS -> sizes.putAll(Call.object("subscribers", plan.subscribers(), "window", plan.window(),
                    "payload_bytes", plan.payloadBytes()));
        }
        if (plan.perSecond() > 0) {
            sizes.put("rate_per_s", plan.perSecond());
        }
        return sizes;
    }

    private String timed() {
        return (plan.workload() == Workload.CONTENDED ? "an " : "a ") + plan.workload().timed();
    }

    /** In microseconds; null where nothing was measured. */
    private static Map<String, Object> latencies(Outcome outcome, String unit, double digits) {
        boolean isEmpty = outcome.operations() == 0;
        var histogram = outcome.latencies();
        return Call.object("min" + unit, micros(isEmpty ? null : histogram.getMinValue(), digits),
                "p50" + unit, micros(isEmpty ? null : histogram.getValueAtPercentile(50), digits),
                "p90" + unit, micros(isEmpty ? null : histogram.getValueAtPercentile(90), digits),
                "p99" + unit, micros(isEmpty ? null : histogram.getValueAtPercentile(99), digits),
                unit.isEmpty() ? "p99.9" : "p999" + unit,
                micros(isEmpty ? null : histogram.getValueAtPercentile(99.9), digits),
                "max" + unit, micros(isEmpty ? null : histogram.getMaxValue(), digits));
    }

    private static @Nullable Double micros(@Nullable Long nanos, double digits) {
        return nanos == null ? null : rounded(nanos / NANOS_PER_US, digits);
    }

    private static double rounded(double number, double digits) {
        return Math.round(number * digits) / digits;
    }
}
