package io.dflockd.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.cli.load.Outcome;
import io.dflockd.cli.load.Plan;
import io.dflockd.cli.load.Workload;
import io.dflockd.client.ServerAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BenchReportTest {
    @Test
    void peopleGetRateErrorsAndATableOfLatencies() {
        assertThat(report(Workload.CONTENDED).text(outcome(1000, Map.of(), 0))).isEqualTo("""
                contended: hand-overs of one lock that all connections want
                server 127.0.0.1:6388 (dflockd/1)
                connections 4, lease 30 s, begun 500/s
                measured 2.0 s after a warm-up of 0.5 s

                  hand-overs  hand-overs/s  errors  exclusion violations
                        1000           500       0                     0

                latency of an acquire in µs
                  min  p50  p90  p99  p99.9   max
                    1  500  900  990    999  1000""");
    }

    @Test
    void programsGetOneObjectWithUnitsInItsNames() {
        var failures = Map.of("connection_lost", new Outcome.Failure(3, "closed by the server"));

        assertThat(report(Workload.PAIRS).object(outcome(1000, failures, 0)).toString()).isEqualTo("{workload=pairs, "
                + "servers=[127.0.0.1:6388], server_versions=[dflockd/1], connections=4, locks=16, lease_s=30, "
                + "rate_per_s=500, warm_up_s=0.5, measured_s=2.0, ended_early=false, operations=1000, "
                + "operations_per_s=500.0, min_us=1.0, p50_us=500.2, p90_us=900.1, p99_us=990.2, p999_us=999.4, "
                + "max_us=1000.4, errors=3, errors_by_kind={connection_lost=3}}");
        assertThat(report(Workload.CONTENDED).object(outcome(1, Map.of(), 2))).containsEntry("exclusion_violations",
                2L);
    }

    @Test
    void nothingMeasuredIsSaidAndNotInvented() {
        assertThat(report(Workload.PAIRS).text(outcome(0, Map.of(), 0))).endsWith("nothing was measured");
        assertThat(report(Workload.PAIRS).object(outcome(0, Map.of(), 0))).containsEntry("p50_us", null)
                .containsEntry("operations_per_s", 0.0);
    }

    private static BenchReport report(Workload workload) {
        var plan = new Plan(workload, 4, 16, 64, 100, 64, 30, "p", Duration.ofMillis(500), Duration.ofSeconds(2), 0,
                500);
        return new BenchReport(plan, List.of(ServerAddress.ofDefault()), List.of("dflockd/1"));
    }

    /** Latencies of 1, 2, 3 µs and so on. */
    private static Outcome outcome(int operations, Map<String, Outcome.Failure> failures, long violations) {
        var latencies = new Histogram(3);
        for (int i = 1; i <= operations; i++) {
            latencies.recordValue(i * 1000L);
        }
        return new Outcome(2, operations, latencies, failures, violations, "", false);
    }
}
