package io.dflockd.benchmarks;

import io.dflockd.benchmarks.load.Measurement;
import io.dflockd.benchmarks.load.Workload;
import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import io.dflockd.benchmarks.watched.Console;
import io.dflockd.benchmarks.watched.EngineWalks;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs each workload against each target in turn, A B C A B C, so that a machine that changes its speed changes it for
 * all. The first argument is the project's folder; {@link Options} are the others.
 */
public final class Bench {
    private static final int BAD_OPTION = 2;

    private final Options options;
    private final List<Results> all = new ArrayList<>();
    /** Of the workload that is being run. */
    private final Map<Target, Console> consoles = new HashMap<>();

    private Bench(Options options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var root = Path.of(arguments[0]);
        var rest = List.of(arguments).subList(1, arguments.length);
        if (rest.contains("--help") || rest.contains("-h")) {
            System.out.print(Options.HELP);
            return;
        }
        try {
            if (Options.Walks.areAsked(rest)) {
                walk(Options.Walks.parse(rest));
                return;
            }
            var options = Options.parse(root, rest.toArray(String[]::new));
            new Bench(options).run();
        } catch (Options.BadOptionException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(BAD_OPTION);
        }
    }

    private static void walk(Options.Walks walks) throws IOException {
        System.out.println(Machine.describe() + "\n");
        System.out.println(new EngineWalks(walks.locks(), walks.rounds()).run());
    }

    private void run() throws IOException, InterruptedException {
        var machine = Machine.describe();
        System.out.println(machine + "\n");
        var text = new StringBuilder(machine).append("\n\n");
        for (var workload : options.workloads()) {
            var results = run(workload);
            all.add(results);
            var table = Table.of(results) + (options.console().isPresent() ? beside(results) : "");
            System.out.println(table);
            text.append(table);
        }
        if (options.json().isPresent()) {
            Files.writeString(options.json().get(), JsonReport.of(machine, all));
        }
        if (options.markdown().isPresent()) {
            Files.writeString(options.markdown().get(), text);
        }
    }

    private static String beside(Results results) {
        return "Medians of the ratios of one round: %s is %.3f of %s, %s is %.3f of it and %.3f of the other.%n"
                .formatted(
                        Console.AGAIN, results.ratio(Console.AGAIN, Console.QUIET).orElseThrow(), Console.QUIET,
                        Console.WATCHED,
                        results.ratio(Console.WATCHED, Console.QUIET).orElseThrow(),
                        results.ratio(Console.WATCHED, Console.AGAIN).orElseThrow());
    }

    private Results run(Workload workload) throws IOException, InterruptedException {
        var results = new Results(workload);
        var servers = new LinkedHashMap<Target, Server>();
        try {
            for (int round = 1; round <= options.rounds(); round++) {
                for (var target : options.targets()) {
                    if (workload.suits(target)) {
                        results.add(target.name(), run(workload, target, servers, round));
                    }
                }
            }
            return results;
        } finally {
            for (var console : consoles.values()) {
                System.err.printf(Locale.ROOT, "%d requests of the console%n", console.asked());
                console.close();
            }
            consoles.clear();
            for (var server : servers.values()) {
                end(server, workload);
            }
        }
    }

    private Measurement run(Workload workload, Target target, Map<Target, Server> servers, int round)
            throws IOException, InterruptedException {
        var server = servers.get(target);
        if (server == null) {
            server = Server.start(Flight.recording(target, options.profile()));
            servers.put(target, server);
            watchGarbage(server, workload);
            if (options.console().isPresent()) {
                consoles.put(target, Console.open(server, options.console().getAsInt()));
            }
        }
        try {
            var measurement = measured(workload, target, server);
            System.err.printf(
                    Locale.ROOT,
                    "%s round %d %s: %,.0f/s, p50 %,.0f µs, p99 %,.0f µs%n",
                    workload.name(),
                    round,
                    target.name(),
                    measurement.rate(),
                    measurement.micros(50),
                    measurement.micros(99));
            return measurement;
        } finally {
            if (workload.needsFreshServer()) {
                servers.remove(target);
                end(server, workload);
            }
        }
    }

    private Measurement measured(Workload workload, Target target, Server server)
            throws IOException, InterruptedException {
        var console = consoles.get(target);
        Closeable looking = console == null ? () -> {} : console.look();
        try {
            return workload.run(server, options.plan());
        } finally {
            looking.close();
        }
    }

    /** Not where memory is measured, since watching takes some. */
    private static void watchGarbage(Server server, Workload workload) throws IOException {
        if (!workload.needsFreshServer()) {
            server.watchGarbage();
        }
    }

    private void end(Server server, Workload workload) throws IOException, InterruptedException {
        try {
            Flight.show(server, options.profile(), workload.name());
        } finally {
            server.close();
        }
    }
}
