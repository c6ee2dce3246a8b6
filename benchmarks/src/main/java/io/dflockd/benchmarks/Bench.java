package io.dflockd.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs workloads against the targets in turn, A B C A B C, so that a machine that changes its speed changes it for all,
 * and prints medians, spreads and ratios as Markdown. Arguments: the root of the project, rounds, seconds, workloads.
 */
public final class Bench {
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private Bench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var root = Path.of(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        var measured = Duration.ofSeconds(Long.parseLong(arguments[2]));
        var wanted = List.of(arguments).subList(3, arguments.length);
        System.out.println(machine());
        System.out.printf("%d rounds of %d s after %d s of warm-up, median (least to most)%n%n", rounds,
                measured.toSeconds(), WARM_UP.toSeconds());
        System.out.println(
                "| workload | target | operations/s | to the floor | to Redis | p50 / p99 µs | server CPU s per 100,000 |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (var workload : workloads()) {
            if (wanted.isEmpty() || wanted.stream().anyMatch(workload.name()::startsWith)) {
                print(workload, run(workload, root, rounds, measured));
            }
        }
        System.exit(0);
    }

    private static List<Workload> workloads() {
        return List.of(
                new Pairs("a1", 1, false),
                new Pairs("a16", 16, false),
                new Pairs("a64", 64, false),
                new Pairs("b16", 16, true),
                new Pipelined("c16", 16),
                new Pipelined("c128", 128),
                new FanOut("f100"));
    }

    private static Map<Target.Kind, List<Workload.Result>> run(Workload workload, Path root, int rounds,
            Duration measured)
            throws IOException, InterruptedException {
        var results = new EnumMap<Target.Kind, List<Workload.Result>>(Target.Kind.class);
        for (int round = 0; round < rounds; round++) {
            for (Target.Kind kind : Target.Kind.values()) {
                if (workload.suits(kind)) {
                    try (var target = Target.start(kind, root)) {
                        results.computeIfAbsent(kind, _ -> new ArrayList<>())
                                .add(workload.run(target, WARM_UP, measured));
                    }
                }
            }
        }
        return results;
    }

    private static void print(Workload workload, Map<Target.Kind, List<Workload.Result>> results) {
        results.forEach((kind, rounds) -> {
            double rate = rate(rounds);
            var rates = rounds.stream().map(Workload.Result::operationsPerSecond).sorted().toList();
            double p50 = median(rounds.stream().map(Workload.Result::p50Micros).sorted().toList());
            double p99 = median(rounds.stream().map(Workload.Result::p99Micros).sorted().toList());
            double cpu = median(rounds.stream().map(Workload.Result::cpuSecondsPer100k).sorted().toList());
            System.out.printf(Locale.ROOT, "| %s | %s | %,.0f (%,.0f to %,.0f) | %s | %s | %s | %.2f |%n",
                    workload.name(), kind.name().toLowerCase(Locale.ROOT), rate, rates.getFirst(), rates.getLast(),
                    ratio(rate, results.get(Target.Kind.FLOOR)), ratio(rate, results.get(Target.Kind.REDIS)),
                    p99 == 0 ? "" : "%.0f / %.0f".formatted(p50, p99), cpu);
        });
    }

    private static String ratio(double rate, @org.jspecify.annotations.Nullable List<Workload.Result> other) {
        return other == null ? "" : "%.2f".formatted(rate / rate(other));
    }

    private static double rate(List<Workload.Result> rounds) {
        return median(rounds.stream().map(Workload.Result::operationsPerSecond).sorted().toList());
    }

    private static double median(List<Double> sorted) {
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    private static String machine() throws IOException {
        var model = Files.readAllLines(Path.of("/proc/cpuinfo"))
                .stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .orElse("unknown processor");
        return "%s, %d processors, Linux %s, JDK %s, client and server on the same machine".formatted(
                model.substring(model.indexOf(':') + 1).strip(), Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.version"), System.getProperty("java.version"));
    }
}
