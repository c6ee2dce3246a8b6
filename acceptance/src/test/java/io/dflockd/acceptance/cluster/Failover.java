package io.dflockd.acceptance.cluster;

import io.dflockd.acceptance.OwnProcesses;
import io.dflockd.client.DflockdClient;
import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures how long the clients of a cluster wait when the node that leads falls: from the fault to the first answer of the
 * next. Arguments: rounds, fault, seed, seconds that the node stays away beyond that, milliseconds from which on a wait of the
 * Java client is slow, so that what the nodes have logged is printed, seconds for which all nodes serve before the next one falls,
 * path of the program {@code dflockd}.
 */
public final class Failover {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long STOPPED_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final int LONGEST_MORE_MS = 1_000;

    private final Nodes nodes;
    private final Fault fault;
    private final SplittableRandom random;
    private final long awayNanos;
    private final long slowMs;
    private final long quietMs;
    private final List<Double> java = new ArrayList<>();
    private final List<Double> untagged = new ArrayList<>();
    private final List<Double> back = new ArrayList<>();

    /** What happens to the node that leads; what cuts it off from the others lets clients reach it, and is for nodes with hosts. */
    enum Fault {
        KILL,
        STOP,
        TERM,
        CUT,
        /** It hears nothing of the others, who hear it. */
        DEAF,
        /** The others hear nothing of it, which hears them. */
        MUTE;

        boolean isCut() {
            return this == CUT || this == DEAF || this == MUTE;
        }
    }

    private Failover(Nodes nodes, Fault fault, long seed, long awaySeconds, long slowMs, long quietSeconds) {
        this.nodes = nodes;
        this.fault = fault;
        this.random = new SplittableRandom(seed);
        this.awayNanos = TimeUnit.SECONDS.toNanos(awaySeconds);
        this.slowMs = slowMs;
        this.quietMs = TimeUnit.SECONDS.toMillis(quietSeconds);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        OwnProcesses.endWithThis();
        int rounds = Integer.parseInt(arguments[0]);
        var fault = Fault.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        var folder = Files.createTempDirectory("dflockd-failover");
        var program = Path.of(arguments[6]);
        try (var hosts = fault.isCut() ? Hosts.start(Nodes.COUNT) : null;
                var nodes = hosts == null ? Nodes.start(program, folder) : Nodes.start(program, folder, hosts)) {
            try {
                new Failover(nodes, fault, Long.parseLong(arguments[2]), Long.parseLong(arguments[3]),
                        Long.parseLong(arguments[4]), Long.parseLong(arguments[5])).run(rounds);
            } catch (AssertionError e) {
                System.err.println(logs(nodes));
                throw e;
            }
        } finally {
            delete(folder);
        }
    }

    private static String logs(Nodes nodes) {
        return IntStream.range(0, Nodes.COUNT)
                .mapToObj(i -> Nodes.name(i) + ":\n" + nodes.log(i))
                .collect(Collectors.joining("\n"));
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void run(int rounds) throws InterruptedException {
        var lost = new AtomicInteger();
        int leader = nodes.leader();
        var one = new Asking.OfOneNode(nodes, other(leader, 1));
        try (var client = DflockdClient.builder().server(nodes.addresses()).build();
                var asking = new Asking("java", () -> client.counters().increment("java", 1));
                var old = new Asking("untagged", one)) {
            var lease = client.lock("held").withTtl(LEASE).acquire().onLost(reason -> lost.incrementAndGet());
            for (int i = 0; i < rounds; i++) {
                round(asking, old, one);
            }
            boolean held = lease.release();
            System.out.printf("%-8s %-22s %7s %8s %8s %8s %8s%n", "fault", "client", "rounds", "p50 ms", "p99 ms",
                    "max ms", "errors");
            print("Java, 3 addresses", java, Integer.toString(asking.failures()));
            print("untagged, a follower's", untagged, old.failures() + " *");
            if (!back.isEmpty()) {
                print("the node is back", back, "");
            }
            System.out.printf("* connections that ended; leases of 10 s lost: %d, held at the end: %s%n", lost.get(),
                    held);
        }
    }

    private int other(int node, int distance) {
        return (node + distance) % Nodes.COUNT;
    }

    private void round(Asking asking, Asking old, Asking.OfOneNode one) throws InterruptedException {
        int leader = nodes.leader();
        one.knows(other(leader, 1 + random.nextInt(Nodes.COUNT - 1)));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(quietMs + random.nextInt(LONGEST_MORE_MS)));
        long begun = System.nanoTime();
        awaitAnswers(asking, old, begun);

        long now = System.nanoTime();
        asking.silence().begin(now);
        old.silence().begin(now);
        strike(leader);
        if (fault == Fault.STOP || fault.isCut()) {
            LockSupport.parkNanos(STOPPED_NANOS);
        } else {
            nodes.awaitEnd(leader);
            Eventually.await("another leader", PATIENCE, POLL, () -> nodes.leader() != leader);
        }
        awaitAnswers(asking, old, System.nanoTime() + SETTLED_NANOS);
        java.add(asking.silence().untilServedMs());
        untagged.add(old.silence().untilServedMs());
        System.out.printf("%s of %s: java %.0f ms, untagged %.0f ms%n", fault, Nodes.name(leader),
                java.get(java.size() - 1), untagged.get(untagged.size() - 1));
        if (java.get(java.size() - 1) > slowMs) {
            System.out.println(logs(nodes));
        }
        bringBack(leader);
    }

    private void strike(int leader) {
        switch (fault) {
            case KILL -> nodes.kill(leader);
            case STOP -> nodes.pause(leader);
            case TERM -> nodes.terminate(leader);
            case CUT, DEAF, MUTE -> nodes.cut(leader, fault != Fault.DEAF, fault != Fault.MUTE);
        }
    }

    private void awaitAnswers(Asking asking, Asking old, long after) {
        Eventually.await("answers", PATIENCE,
                () -> asking.silence().hasAnswerAfter(after) && old.silence().hasAnswerAfter(after));
    }

    private void bringBack(int node) {
        LockSupport.parkNanos(awayNanos);
        if (fault == Fault.STOP) {
            nodes.resume(node);
            nodes.awaitServes(node);
            return;
        }
        if (fault.isCut()) {
            nodes.mend(node, fault != Fault.DEAF, fault != Fault.MUTE);
            nodes.awaitServes(node);
            return;
        }
        nodes.start(node);
        long listens = System.nanoTime();
        nodes.awaitServes(node);
        back.add((System.nanoTime() - listens) / (double) TimeUnit.MILLISECONDS.toNanos(1));
    }

    private void print(String client, List<Double> times, String errors) {
        var sorted = times.stream().sorted().toList();
        System.out.printf(Locale.ROOT, "%-8s %-22s %7d %8.0f %8.0f %8.0f %8s%n", fault.name().toLowerCase(Locale.ROOT),
                client, sorted.size(), at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1), errors);
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }
}
