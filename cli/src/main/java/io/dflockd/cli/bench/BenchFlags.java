package io.dflockd.cli.bench;

import static io.dflockd.cli.load.Workload.CONTENDED;
import static io.dflockd.cli.load.Workload.PAIRS;
import static io.dflockd.cli.load.Workload.PIPELINED;
import static io.dflockd.cli.load.Workload.SIGNALS;

import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.ParsedArguments;
import io.dflockd.cli.line.UsageException;
import io.dflockd.cli.load.Plan;
import io.dflockd.cli.load.Workload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The flags of {@code bench}, and the plan that they make. */
final class BenchFlags {
    private static final int MAX_CONNECTIONS = 10_000;
    private static final int MAX_LOCKS = 100_000;
    private static final int MAX_WINDOW = 10_000;
    private static final int MAX_PREFIX_BYTES = 200;
    /** A connection that is silent for longer may be closed by the server. */
    private static final int MAX_SILENT_SECONDS = 10;

    private static final Flag WORKLOAD = Flag.of("workload", names("|"), "what the connections do (pairs)");
    private static final Flag CONNECTIONS = Flag.of("connections", "N",
            "how many make the load; with signals, the publishers (16; pipelined and signals 1)");
    private static final Flag LOCKS = Flag.of("locks", "N", "pairs: locks that each connection takes in turn (16)");
    private static final Flag WINDOW = Flag.of("window", "N",
            "pipelined: pairs in flight on a connection; signals: those without an answer (64)");
    private static final Flag SUBSCRIBERS = Flag.of("subscribers", "N",
            "signals: how many get each signal, a connection each (100)");
    private static final Flag PAYLOAD = Flag.of("payload", "BYTES", "signals: the size of each (64)");
    private static final Flag LEASE = Flag.of("lease", "SECONDS", "the lease that is asked for (30)");
    private static final Flag DURATION = Flag.of("duration", "SECONDS",
            "how long to measure (10; with --requests, until they are done)");
    private static final Flag WARM_UP = Flag.of("warm-up", "SECONDS", "load that is not measured, before it (2)");
    private static final Flag REQUESTS = Flag.of("requests", "N",
            "end after so many pairs, hand-overs or deliveries (no limit)");
    private static final Flag RATE = Flag.of("rate", "N",
            "begin so many pairs, acquires or signals a second, all connections together (as many as they can)");
    private static final Flag KEY_PREFIX = Flag.of("key-prefix", "NAME",
            "what the keys and the channel begin with (bench- and a random number)");

    static final List<Flag> ALL = List.of(WORKLOAD, CONNECTIONS, LOCKS, WINDOW, SUBSCRIBERS, PAYLOAD, LEASE, DURATION,
            WARM_UP, REQUESTS, RATE, KEY_PREFIX);

    /** Of the flags that do not fit all workloads. */
    private static final Map<Flag, Set<Workload>> FITTING = new LinkedHashMap<>();
    static {
        FITTING.put(LOCKS, Set.of(PAIRS));
        FITTING.put(WINDOW, Set.of(PIPELINED, SIGNALS));
        FITTING.put(SUBSCRIBERS, Set.of(SIGNALS));
        FITTING.put(PAYLOAD, Set.of(SIGNALS));
        FITTING.put(LEASE, Set.of(PAIRS, CONTENDED, PIPELINED));
    }

    private BenchFlags() {}

    /** @throws UsageException when one of them is not valid, or does not fit the workload */
    static Plan plan(ParsedArguments arguments) {
        var workload = workload(arguments.value(WORKLOAD));
        checkFit(arguments, workload);
        var connections = arguments.number(CONNECTIONS, workload == CONTENDED ? 2 : 1, MAX_CONNECTIONS,
                workload.usualConnections());
        long operations = arguments.number(REQUESTS, 1, 0);
        return new Plan(workload,
                connections,
                arguments.number(LOCKS, 1, MAX_LOCKS, 16),
                arguments.number(WINDOW, 1, MAX_WINDOW, 64),
                arguments.number(SUBSCRIBERS, 1, MAX_CONNECTIONS, 100),
                arguments.number(PAYLOAD, Plan.MIN_PAYLOAD_BYTES, Plan.MAX_PAYLOAD_BYTES, 64),
                arguments.number(LEASE, 1, Integer.MAX_VALUE, 30),
                prefix(arguments.value(KEY_PREFIX)),
                arguments.seconds(WARM_UP, Duration.ofSeconds(2)),
                duration(arguments, operations),
                operations,
                rate(arguments, connections));
    }

    private static Workload workload(@Nullable String name) {
        return name == null
                ? PAIRS
                : Arrays.stream(Workload.values())
                        .filter(workload -> workload.title().equals(name))
                        .findFirst()
                        .orElseThrow(() -> invalid(WORKLOAD, name, names(", ")));
    }

    private static void checkFit(ParsedArguments arguments, Workload workload) {
        FITTING.forEach((flag, workloads) -> {
            if (arguments.has(flag) && !workloads.contains(workload)) {
                var fitting = workloads.stream().sorted().map(Workload::title).collect(Collectors.joining(", "));
                throw new UsageException("--" + flag.name() + " does not fit --workload " + workload.title()
                        + "; it fits " + fitting);
            }
        });
    }

    private static @Nullable Duration duration(ParsedArguments arguments, long operations) {
        var given = arguments.seconds(DURATION);
        if (given == null) {
            return operations > 0 ? null : Duration.ofSeconds(10);
        }
        if (given.isZero()) {
            throw invalid(DURATION, String.valueOf(arguments.value(DURATION)), "more than 0 seconds");
        }
        return given;
    }

    private static long rate(ParsedArguments arguments, int connections) {
        int least = Math.ceilDiv(connections, MAX_SILENT_SECONDS);
        var text = arguments.value(RATE);
        long rate = arguments.number(RATE, 1, 0);
        if (text != null && rate < least) {
            throw invalid(RATE, text, "at least " + least + " with --connections " + connections
                    + ", so that none of them is silent for more than " + MAX_SILENT_SECONDS + " s");
        }
        return rate;
    }

    private static String prefix(@Nullable String given) {
        if (given == null) {
            return "bench-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        }
        boolean printable = given.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '*' && c != '>');
        if (given.isEmpty() || given.getBytes(StandardCharsets.UTF_8).length > MAX_PREFIX_BYTES || !printable) {
            throw invalid(KEY_PREFIX, given,
                    "1 to " + MAX_PREFIX_BYTES + " ASCII characters without blanks, '*' and '>'");
        }
        return given;
    }

    private static UsageException invalid(Flag flag, String value, String valid) {
        return new UsageException("--" + flag.name() + " is '" + value + "'; valid is " + valid);
    }

    private static String names(String separator) {
        return Arrays.stream(Workload.values()).map(Workload::title).collect(Collectors.joining(separator));
    }
}
