package io.dflockd.benchmarks.scaling;

import io.dflockd.benchmarks.Machine;
import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import io.dflockd.benchmarks.target.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Measures how the cost of an operation grows with what it does not touch. Every point of every round has a server of its
 * own, so that neither what an earlier point left behind nor what one compiler happened to decide is taken for growth.
 * The first argument is the project's folder; {@link ScalingOptions} are the others.
 */
public final class Scaling {
    private static final int BAD_OPTION = 2;
    private static final Duration LONGEST_VISIT = Duration.ofMinutes(2);

    private final ScalingOptions options;
    private final Target target;
    private final ScheduledExecutorService watchdog = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("watchdog").factory());

    private Scaling(ScalingOptions options, Target target) {
        this.options = options;
        this.target = target;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var root = Path.of(arguments[0]);
        var rest = List.of(arguments).subList(1, arguments.length);
        if (rest.contains("--help") || rest.contains("-h")) {
            System.out.print(ScalingOptions.HELP);
            return;
        }
        try {
            var options = ScalingOptions.parse(root, rest);
            new Scaling(options, Targets.named(Targets.OURS, root)).run();
        } catch (ScalingOptions.BadOptionException e) {
            System.err.println("scaling: " + e.getMessage());
            System.exit(BAD_OPTION);
        }
    }

    private void run() throws IOException, InterruptedException {
        var machine = Machine.describe();
        Files.createDirectories(options.output());
        var all = new ArrayList<AxisResults>();
        for (var axis : options.axes()) {
            var results = measure(axis);
            all.add(results);
            Plot.write(results, options.output().resolve(axis.scale().name() + ".png"));
        }
        var report = ScalingReport.of(head(machine), all);
        Files.writeString(options.output().resolve("results.md"), report);
        if (options.json().isPresent()) {
            Files.writeString(options.json().get(), ScalingJson.of(machine, all));
        }
        System.out.print(report);
    }

    private String head(String machine) {
        return String.format(
                Locale.ROOT,
                "%s. Rounds: %d, measured time of a series: %.1f s. The medians of the rounds, and their least and most.",
                machine,
                options.rounds(),
                options.pace().measured().toMillis() / 1000.0);
    }

    private AxisResults measure(Axis axis) throws IOException, InterruptedException {
        var results = new AxisResults(axis);
        var counts = options.countsOf(axis);
        for (int round = 1; round <= options.rounds(); round++) {
            for (int count : round % 2 == 1 ? counts : counts.reversed()) {
                var findings = visit(axis, count, round);
                results.add(findings);
                show(axis, findings);
            }
        }
        return results;
    }

    private Findings visit(Axis axis, int count, int round) throws IOException, InterruptedException {
        try (var server = Server.start(target)) {
            var visit = new Visit(server, options.pace());
            // A server that owes us an answer would keep us waiting for ever.
            var end = watchdog.schedule(server::close, LONGEST_VISIT.toMillis(), TimeUnit.MILLISECONDS);
            try {
                axis.measure(count, visit);
            } catch (IOException e) {
                throw new IOException(axis.scale().name() + "/" + count + " failed: " + e.getMessage(), e);
            } finally {
                end.cancel(false);
            }
            return visit.findings(count, round);
        }
    }

    private static void show(Axis axis, Findings findings) {
        for (var reading : findings.readings()) {
            System.err.printf(
                    Locale.ROOT,
                    "%s/%d round %d, %s: %.2f µs CPU, %,.0f/s%n",
                    axis.scale().name(),
                    findings.count(),
                    findings.round(),
                    reading.series(),
                    reading.cpuMicros(),
                    reading.rate());
        }
    }
}
