package io.dflockd.acceptance.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.OwnProcesses;
import io.dflockd.acceptance.ServerProcess;
import io.dflockd.acceptance.cluster.Hosts;
import io.dflockd.acceptance.cluster.Nodes;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.testkit.WireClient;
import io.dflockd.testkit.history.Findings;
import io.dflockd.testkit.history.History;
import io.dflockd.testkit.history.Operation;
import io.dflockd.testkit.history.Outcome;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Programs use everything at once while the node of their cluster that leads falls, or is cut off from the others, again and
 * again; then what they saw is judged.
 */
final class ClusterHistory implements AutoCloseable {
    private static final int CLIENTS = 2;
    private static final int KEYS = 2;
    private static final int THREADS_OF_A_CLIENT = 2;
    private static final int OPERATIONS_PER_FAULT = 60_000;
    private static final int SHORTEST_QUIET_MS = 500;
    private static final int LONGEST_QUIET_MS = 2_000;
    private static final long STANDS_STILL_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_TURNS = 4;
    private static final int LINES_TOLD = 40;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Path KEPT = Path.of("target", "cluster-history.txt");

    /** What happens to the node that leads. */
    enum Fault {
        KILL,
        STOP,
        TERM,
        /** It and the others hear nothing of each other; clients reach all of them. */
        CUT,
        /** It hears nothing of the others, who hear it. */
        DEAF,
        /** The others hear nothing of it, which hears them. */
        MUTE
    }

    /** Those for which nodes need no hosts of their own. */
    static final Set<Fault> OF_PROCESSES = EnumSet.of(Fault.KILL, Fault.STOP, Fault.TERM);
    /** Those for which they do. */
    static final Set<Fault> OF_NETWORKS = EnumSet.complementOf(EnumSet.copyOf(OF_PROCESSES));

    private final long seed;
    private final int each;
    private final Set<Fault> faults;
    private final Path folder;
    private final SplittableRandom random;
    private final History history;
    private final AtomicLong pops = new AtomicLong();
    /** Which, why and when. */
    private final ConcurrentLinkedQueue<String> leasesLost = new ConcurrentLinkedQueue<>();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<DflockdClient> clients = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();
    private final Map<Fault, Integer> counts = new ConcurrentSkipListMap<>();
    private final long begin = System.nanoTime();
    private volatile boolean over;
    private volatile long lastFault = begin;

    /** {@code each}: how often each of the faults comes. */
    ClusterHistory(long seed, int each, Set<Fault> faults, Path folder) {
        this.seed = seed;
        this.each = each;
        this.faults = faults;
        this.folder = folder;
        this.random = new SplittableRandom(seed);
        this.history = new History(OPERATIONS_PER_FAULT * faults.size() * each);
    }

    /** With nodes on hosts of their own, for which this process must be alone in a network. Arguments: seed, faults of each kind, the kinds. */
    public static void main(String[] arguments) throws Exception {
        OwnProcesses.endWithThis();
        var folder = Files.createTempDirectory("dflockd-cluster");
        var kinds = Stream.of(arguments).skip(2).map(Fault::valueOf).collect(Collectors.toCollection(TreeSet::new));
        try (var history = new ClusterHistory(
                Long.parseLong(arguments[0]), Integer.parseInt(arguments[1]), kinds, folder);
                var hosts = Hosts.start(Nodes.COUNT);
                var nodes = Nodes.start(ServerProcess.PROGRAM, folder, hosts)) {
            history.run(nodes);
        } finally {
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    /** With nodes on this host. */
    void run() throws Exception {
        try (var nodes = Nodes.start(ServerProcess.PROGRAM, folder)) {
            run(nodes);
        }
    }

    @Override
    public void close() {
        over = true;
        pool.shutdownNow();
        clients.forEach(DflockdClient::close);
    }

    private void run(Nodes nodes) throws Exception {
        System.out.println("seed " + seed);
        var follower = (nodes.leader() + 1) % Nodes.COUNT;
        var holder = client(nodes);
        var leases = List.of(hold(holder, "held/1", nodes), hold(holder, "held/2", nodes));
        for (int i = 0; i < CLIENTS; i++) {
            run("client" + i, client(nodes));
        }
        var old = new WireProgram("untagged", nodes.socketAddress(follower), history, random.split());
        go(round -> old.step(round, true));

        for (var fault : drawn()) {
            carryOut(fault, nodes);
        }
        over = true;
        for (var one : running) {
            one.get(120, TimeUnit.SECONDS);
        }
        old.close();
        var reader = new Program("last", holder, new Recorder("last", history, pops), random.split());
        long last = round();
        for (long round = 0; round <= last; round++) {
            reader.readAll(round);
        }
        agree(nodes, last);
        judge(nodes, old.cuts());
        for (var lease : leases) {
            assertThat(lease.release()).isTrue();
        }
    }

    /** Each as often as the others, in an order of the seed's. */
    private List<Fault> drawn() {
        var drawn = new ArrayList<Fault>();
        for (int i = 0; i < each; i++) {
            drawn.addAll(faults);
        }
        for (int i = drawn.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            var one = drawn.get(i);
            drawn.set(i, drawn.get(other));
            drawn.set(other, one);
        }
        return drawn;
    }

    private void carryOut(Fault fault, Nodes nodes) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(SHORTEST_QUIET_MS, LONGEST_QUIET_MS)));
        int leader = nodes.leader();
        counts.merge(fault, 1, Integer::sum);
        lastFault = System.nanoTime();
        switch (fault) {
            case KILL -> {
                nodes.kill(leader);
                nodes.start(leader);
            }
            case STOP -> {
                nodes.pause(leader);
                LockSupport.parkNanos(STANDS_STILL_NANOS);
                nodes.resume(leader);
            }
            case TERM -> {
                nodes.terminate(leader);
                nodes.awaitEnd(leader);
                nodes.start(leader);
            }
            case CUT, DEAF, MUTE -> {
                boolean sends = fault != Fault.DEAF;
                boolean receives = fault != Fault.MUTE;
                nodes.cut(leader, sends, receives);
                LockSupport.parkNanos(STANDS_STILL_NANOS);
                nodes.mend(leader, sends, receives);
            }
        }
        for (int i = 0; i < Nodes.COUNT; i++) {
            nodes.awaitServes(i);
        }
    }

    private DflockdClient client(Nodes nodes) throws InterruptedException {
        var client = DflockdClient.builder().server(nodes.addresses()).responseTimeout(Duration.ofSeconds(30)).build();
        clients.add(client);
        client.counters().increment("warm/up", 1); // only a session that has begun is taken up again
        return client;
    }

    private Lease hold(DflockdClient client, String key, Nodes nodes) throws InterruptedException {
        return client.lock(key).withTtl(LEASE).acquire().onLost(reason -> {
            long now = System.nanoTime();
            leasesLost
                    .add("%s: %s, %d s after the beginning; faults so far %s, the last one %d ms before; %s".formatted(
                            key, reason, TimeUnit.NANOSECONDS.toSeconds(now - begin), counts,
                            TimeUnit.NANOSECONDS.toMillis(now - lastFault), lastLines(nodes)));
        });
    }

    /** What each node logged lately, for whoever has to find out. */
    private static String lastLines(Nodes nodes) {
        return IntStream.range(0, Nodes.COUNT)
                .mapToObj(node -> {
                    var lines = nodes.log(node).lines().toList();
                    return Nodes.name(node) + ":\n"
                            + String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()));
                })
                .collect(Collectors.joining("\n"));
    }

    private void run(String name, DflockdClient client) {
        for (int i = 0; i < THREADS_OF_A_CLIENT; i++) {
            var thread = name + "-" + i;
            var program = new Program(thread, client, new Recorder(thread, history, pops), random.split());
            go(round -> program.step(round, true));
        }
    }

    /** What is done again and again. */
    private interface Step {
        void in(long round) throws InterruptedException;
    }

    private void go(Step step) {
        Callable<Void> task = () -> {
            while (!over && history.hasRoom()) {
                step.in(round());
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            return null;
        };
        running.add(pool.submit(task));
    }

    private long round() {
        return (System.nanoTime() - begin) / ROUND_NANOS;
    }

    /** Whoever leads, what it says is the same, by whichever node: so another one is made to lead. */
    private void agree(Nodes nodes, long last) {
        var seen = new ArrayList<List<String>>();
        var led = new TreeSet<Integer>();
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            int leader = nodes.leader();
            led.add(leader);
            for (int i = 0; i < Nodes.COUNT; i++) {
                seen.add(contents(nodes, i, last));
            }
            if (led.size() > 1) {
                break;
            }
            nodes.terminate(leader);
            nodes.awaitEnd(leader);
            nodes.start(leader);
            for (int i = 0; i < Nodes.COUNT; i++) {
                nodes.awaitServes(i);
            }
        }
        assertThat(led).as("those that led when all was read").hasSize(2);
        assertThat(seen).allMatch(seen.get(0)::equals);
    }

    private List<String> contents(Nodes nodes, int node, long last) {
        var lines = new ArrayList<String>();
        try (var client = WireClient.connect(nodes.socketAddress(node))) {
            for (long round = 0; round <= last; round++) {
                for (int i = 0; i < KEYS; i++) {
                    var key = "history/" + round + "/" + i;
                    client.send("get", key, "", "kget", key, "", "lrange", key, "0 -1");
                }
                for (int i = 0; i < KEYS * 3; i++) {
                    lines.add(client.line());
                }
            }
        }
        return lines;
    }

    private void judge(Nodes nodes, int cuts) throws Exception {
        var findings = Findings.of(history);
        long unknown = history.operations()
                .stream()
                .filter(operation -> operation.outcome() instanceof Outcome.Unknown)
                .count();
        System.out.printf("seed %d, faults %s, %d operations, %d of unknown outcome, untagged cut %d times, %s%n",
                seed, counts, history.operations().size(), unknown, cuts, findings);
        if (!findings.isClean()) {
            // The seed does not bring back what the threads did when.
            Files.write(KEPT, history.operations().stream().map(Operation::toString).toList());
        }
        assertThat(findings.isClean()).as("seed %d, all operations in %s: %s", seed, KEPT, findings).isTrue();
        assertThat(nodes.alive()).as("none found that it differs").isEqualTo(Set.of("n1", "n2", "n3"));
        assertThat(leasesLost).isEmpty();
    }
}
