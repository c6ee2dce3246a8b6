package io.dflockd.benchmarks;

import io.dflockd.benchmarks.load.FanOut;
import io.dflockd.benchmarks.load.HandOvers;
import io.dflockd.benchmarks.load.IdleHolders;
import io.dflockd.benchmarks.load.ManyLeases;
import io.dflockd.benchmarks.load.Pairs;
import io.dflockd.benchmarks.load.Pipeline;
import io.dflockd.benchmarks.load.Plan;
import io.dflockd.benchmarks.load.Workload;
import io.dflockd.benchmarks.target.Target;
import io.dflockd.benchmarks.target.Targets;
import io.dflockd.benchmarks.watched.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.ParseException;
import org.jspecify.annotations.Nullable;

/** What is to be measured, against what, for how long, and where the results go. */
record Options(
        List<Workload> workloads,
        List<Target> targets,
        Plan plan,
        int rounds,
        OptionalInt console,
        Optional<Path> json,
        Optional<Path> markdown,
        Optional<Path> profile) {
    static final String HELP = """
            usage: bin/bench [WORKLOAD...] [OPTION...]
                   bin/bench walk[/LOCKS] [--rounds N]

              a  acquire and release of own keys
              b  hand-overs of one key
              c  acquire and release through one connection, many in flight
              e  a probe beside idle holders, and their memory
              f  signals to many subscribers
              g  leases that one client holds and renews; a run takes a minute, so only when asked for

            Without a workload it runs all others. Each can be given a size: a/16.
            walk: how long those who look through 1,000,000 locks keep the engine at a time, in this process.

              --install              as the first: fetches Redis, NATS and etcd from Debian, and starts no service
              --rounds N             how often each is measured, 3
              --seconds N            measured time of a run, 5
              --warm-up N            seconds before it, 2
              --targets NAME,NAME    what is measured; else ours, floor, redis and nats, as far as installed; "all" for
                                     all that is installed but those that are replicated
                  raw connections    ours, floor, redis, nats
                  client libraries   ours-client (DflockdClient, one for all threads), ours-conn (Connection, one for each),
                  (a and b only)     redisson (RLock), redisson-fair (RFairLock), redis-jedis, redis-lettuce (SET NX PX),
                                     zookeeper (Curator), etcd (jetcd)
                  replicated         ours-durable (a node with a folder), ours-3 (three, raw connections to the leader),
                                     ours-client-3 (DflockdClient), zookeeper-3 (Curator), etcd-3 (jetcd), redis-wait
                                     (raw; WAIT for one replica); "replicated" for all of them that are installed
              --also NAME=COMMAND    one more server with our protocol; {port} in the command is its port
              --variant NAME='OPTIONS'      one more of ours, with these options of the server
              --variant-jvm NAME='OPTIONS'  one more of ours, with these options of its JVM, which outweigh those of
                                            bin/dflockd; both for one NAME are one target
              --connections N,N      sizes of a, 1,16,64
              --contenders N,N       sizes of b, 16
              --windows N,N          sizes of c, 1,16,128
              --holders N,N          sizes of e, 1000,5000
              --subscribers N,N      sizes of f, 100
              --leases N,N           sizes of g, 100000
              --console N            instead of the targets: ours that holds N locks, twice, and once with a console open
                                     on the list of them and scraped; a, b, c and f only
              --json FILE            the results of each run
              --markdown FILE        the tables
              --profile FOLDER       records a flight of ours and shows the hot methods
            """;

    private static final int LOCKS_OF_A_WALK = 1_000_000;
    private static final String ALL = "abcef";
    private static final String BESIDE_A_CONSOLE = "abcf";

    static final class BadOptionException extends Exception {
        private static final long serialVersionUID = 1;

        BadOptionException(String message) {
            super(message);
        }
    }

    static Options parse(Path root, String[] arguments) throws BadOptionException {
        try {
            return of(root, line(arguments, List.of(
                    "rounds",
                    "seconds",
                    "warm-up",
                    "targets",
                    "also",
                    "variant",
                    "variant-jvm",
                    "connections",
                    "contenders",
                    "windows",
                    "holders",
                    "subscribers",
                    "leases",
                    "console",
                    "json",
                    "markdown",
                    "profile")));
        } catch (ParseException | IllegalArgumentException e) {
            throw new BadOptionException(String.valueOf(e.getMessage()));
        }
    }

    private static CommandLine line(String[] arguments, List<String> names) throws ParseException {
        var known = new org.apache.commons.cli.Options();
        names.forEach(name -> known.addOption(null, name, true, ""));
        return new DefaultParser().parse(known, arguments);
    }

    /** How long those who look keep an engine. */
    record Walks(int locks, int rounds) {
        static boolean areAsked(List<String> arguments) {
            return !arguments.isEmpty()
                    && (arguments.getFirst().equals("walk") || arguments.getFirst().startsWith("walk/"));
        }

        static Walks parse(List<String> arguments) throws BadOptionException {
            var word = arguments.getFirst();
            try {
                var line = line(arguments.subList(1, arguments.size()).toArray(String[]::new), List.of("rounds"));
                if (!line.getArgList().isEmpty()) {
                    throw new IllegalArgumentException(
                            "\"" + line.getArgList().getFirst() + "\" with walk, valid is --rounds N");
                }
                int locks = word.equals("walk")
                        ? LOCKS_OF_A_WALK
                        : numbers("walk", word.substring(word.indexOf('/') + 1))[0];
                return new Walks(locks, number(line, "rounds", "3"));
            } catch (ParseException | IllegalArgumentException e) {
                throw new BadOptionException(String.valueOf(e.getMessage()).replace("--walk is", "walk/ is"));
            }
        }
    }

    private static Options of(Path root, CommandLine line) {
        var plan = new Plan(
                Duration.ofSeconds(number(line, "warm-up", "2")), Duration.ofSeconds(number(line, "seconds", "5")));
        var console = line.hasOption("console")
                ? OptionalInt.of(number(line, "console", ""))
                : OptionalInt.empty();
        return new Options(
                workloads(line),
                console.isPresent() ? besideAConsole(root, line) : targets(root, line),
                plan,
                number(line, "rounds", "3"),
                console,
                path(line, "json"),
                path(line, "markdown"),
                path(line, "profile"));
    }

    private static List<Target> besideAConsole(Path root, CommandLine line) {
        for (var other : List.of("targets", "also", "variant", "variant-jvm")) {
            if (line.hasOption(other)) {
                throw new IllegalArgumentException(
                        "--console has targets of its own, so --" + other + " cannot be given with it");
            }
        }
        for (var word : line.getArgList()) {
            if (BESIDE_A_CONSOLE.indexOf(word.charAt(0)) < 0) {
                throw new IllegalArgumentException("\"" + word + "\" with --console, valid are a, b, c and f");
            }
        }
        return Console.targets(root);
    }

    private static List<Workload> workloads(CommandLine line) {
        var all = line.hasOption("console") ? BESIDE_A_CONSOLE : ALL;
        var asked = line.getArgList().isEmpty() ? List.of(all.split("")) : line.getArgList();
        var workloads = new ArrayList<Workload>();
        for (var word : asked) {
            int slash = word.indexOf('/');
            var letter = slash < 0 ? word : word.substring(0, slash);
            var size = slash < 0 ? "" : word.substring(slash + 1);
            workloads.addAll(workloads(letter, size, line));
        }
        return workloads;
    }

    private static List<Workload> workloads(String letter, String size, CommandLine line) {
        return switch (letter) {
            case "a" -> sized(size, "connections", "1,16,64", line, Pairs::new);
            case "b" -> sized(size, "contenders", "16", line, HandOvers::new);
            case "c" -> sized(size, "windows", "1,16,128", line, Pipeline::new);
            case "e" -> sized(size, "holders", "1000,5000", line, IdleHolders::new);
            case "f" -> sized(size, "subscribers", "100", line, FanOut::new);
            case "g" -> sized(size, "leases", "100000", line, ManyLeases::new);
            default ->
                throw new IllegalArgumentException(
                        "unknown workload \"" + letter + "\", valid are a, b, c, e, f and g");
        };
    }

    private static List<Workload> sized(
            String size, String option, String usual, CommandLine line, IntFunction<Workload> workload) {
        var sizes = size.isEmpty() ? line.getOptionValue(option, usual) : size;
        return IntStream.of(numbers(option, sizes)).mapToObj(workload).toList();
    }

    private static List<Target> targets(Path root, CommandLine line) {
        var targets = new ArrayList<Target>();
        for (var name : targetNames(line.getOptionValue("targets"))) {
            targets.add(Targets.named(name, root));
        }
        for (var one : all(line, "also")) {
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("--also is \"" + one + "\", valid is NAME=COMMAND");
            }
            targets.add(Targets.dflockd(one.substring(0, equals), one.substring(equals + 1)));
        }
        var variants = new Variants(root);
        all(line, "variant").forEach(variants::addServerOptions);
        all(line, "variant-jvm").forEach(variants::addJvmOptions);
        targets.addAll(variants.targets());
        return targets;
    }

    private static List<String> all(CommandLine line, String option) {
        var values = line.getOptionValues(option);
        return values == null ? List.of() : List.of(values);
    }

    private static List<String> targetNames(@Nullable String asked) {
        if (asked == null) {
            return Targets.installed();
        }
        return Stream.of(asked.split(",", -1)).flatMap(Options::meant).distinct().toList();
    }

    private static Stream<String> meant(String name) {
        return switch (name) {
            case "all" -> Targets.allInstalled().stream();
            case "replicated" -> Targets.replicatedInstalled().stream();
            default -> Stream.of(name);
        };
    }

    private static Optional<Path> path(CommandLine line, String option) {
        return Optional.ofNullable(line.getOptionValue(option)).map(Path::of);
    }

    private static int number(CommandLine line, String option, String usual) {
        return numbers(option, line.getOptionValue(option, usual))[0];
    }

    private static int[] numbers(String option, String text) {
        try {
            var numbers = IntStream.of(List.of(text.split(",", -1)).stream().mapToInt(Integer::parseInt).toArray());
            return numbers.map(Options::positive).toArray();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + option + " is \"" + text + "\", valid are whole numbers above 0",
                    e);
        }
    }

    private static int positive(int number) {
        if (number < 1) {
            throw new NumberFormatException();
        }
        return number;
    }
}
