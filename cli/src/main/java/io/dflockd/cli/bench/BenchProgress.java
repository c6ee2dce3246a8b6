package io.dflockd.cli.bench;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Terminal;
import io.dflockd.cli.load.Load;
import io.dflockd.cli.load.Workload;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** Tells once a second how a load goes: on a terminal on one line that is written again, else a line each. */
final class BenchProgress implements Load.Listener {
    private static final double NANOS_PER_US = 1e3;
    private static final double MEDIAN = 50;
    private static final double P99 = 99;
    private static final String REST_OF_LINE = "\u001b[K";

    private final PrintStream err;
    private final boolean rewrites;
    private final Workload workload;

    BenchProgress(PrintStream err, boolean rewrites, Workload workload) {
        this.err = err;
        this.rewrites = rewrites;
        this.workload = workload;
    }

    static BenchProgress of(PrintStream err, Map<String, String> environment, Workload workload) {
        return new BenchProgress(err, Terminal.isStandardError() && !"dumb".equals(environment.get("TERM")), workload);
    }

    @Override
    public void progress(Load.Progress progress) {
        var line = text(progress);
        err.print(rewrites ? "\r" + line + REST_OF_LINE : line + "\n");
        err.flush();
    }

    /** Makes room for what follows. */
    void clear() {
        if (rewrites) {
            err.print("\r" + REST_OF_LINE);
            err.flush();
        }
    }

    private String text(Load.Progress progress) {
        var total = progress.total();
        var when = progress.elapsed().toSeconds() + (total == null ? "" : " of " + Call.seconds(total)) + " s";
        if (!progress.isMeasured()) {
            return "warm-up " + when + ", errors " + progress.failures();
        }
        var latencies = progress.latencies();
        long count = latencies.getTotalCount();
        return String.format(Locale.ROOT, "%s: %,.0f %s/s, p50 %,.0f µs, p99 %,.0f µs, errors %d", when,
                count / progress.intervalSeconds(), workload.operations(),
                latencies.getValueAtPercentile(MEDIAN) / NANOS_PER_US,
                latencies.getValueAtPercentile(P99) / NANOS_PER_US, progress.failures());
    }
}
