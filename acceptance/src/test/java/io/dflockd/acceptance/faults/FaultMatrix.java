package io.dflockd.acceptance.faults;

import io.dflockd.acceptance.OwnProcesses;
import io.dflockd.acceptance.ServerProcess;
import io.dflockd.client.DflockdClient;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * The whole: draws cases by a seed and carries them out side by side, as many as fit into the time, the long ones first.
 * Arguments of {@link #main}: seconds, seed (0 for any), the number of a case to carry it out alone or -1 for all, how many
 * cases at once, the folder of the programs. {@code -Dmatrix.only=TEXT} chooses cases by a part of their description. Exit
 * status 1 if anything was violated.
 */
public final class FaultMatrix {
    private static final int SIDE = 12;
    private static final int PLACES_OF_A_COMMAND = 4;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final long seed;
    private final Programs programs;
    private final int atOnce;
    private final long end;
    private final List<Verdict> verdicts = Collections.synchronizedList(new ArrayList<>());

    private FaultMatrix(long seed, Programs programs, int atOnce, Duration length) {
        this.seed = seed;
        this.programs = programs;
        this.atOnce = atOnce;
        this.end = System.nanoTime() + length.toNanos();
    }

    public static void main(String[] arguments) throws Exception {
        OwnProcesses.endWithThis();
        long wanted = Long.parseLong(arguments[1]);
        long seed = wanted == 0 ? System.nanoTime() & 0xffff : wanted;
        System.out.println("seed " + seed);
        var violations = run(seed, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]),
                Path.of(arguments[4]), Duration.ofSeconds(Long.parseLong(arguments[0])));
        System.exit(violations.isEmpty() ? 0 : 1);
    }

    /**
     * Carries cases out and prints the report.
     *
     * @param only the number of the one case to carry out; -1 for as many as there is time for
     * @return what was violated
     */
    static List<String> run(long seed, int only, int atOnce, Path programs, Duration length) throws Exception {
        return new FaultMatrix(seed, new Programs(programs), atOnce, length).run(only);
    }

    private List<String> run(int only) throws Exception {
        var draw = new Draw(seed, LONGEST_STOP);
        try (var server = ServerProcess.start(programs.server());
                var sampler = new Sampler();
                var hiccups = new Hiccups()) {
            warmUp(server.address());
            var leftovers = new Leftovers();
            var around = new Scene.Surroundings(programs, server, seed, LONGEST_STOP, sampler, hiccups, leftovers);
            var threads = Executors.newCachedThreadPool();
            if (only >= 0) {
                verdicts.addAll(new Group(List.of(draw.draw(only)), around, threads).run());
            } else {
                runAll(draw, around, threads);
            }
            threads.shutdown();
            var left = leftovers.find();
            left.addAll(leftAt(server));
            var report = new Report(seed, verdicts, left, hiccups.longest());
            System.out.print(report.text());
            return report.violations();
        }
    }

    /** Groups begin as long as they can end in time; a place is free for the next as soon as one has ended. */
    private void runAll(Draw draw, Scene.Surroundings around, ExecutorService threads) throws InterruptedException {
        var places = new Semaphore(atOnce);
        for (int pass = 0; System.nanoTime() < end; pass++) {
            var groups = new ArrayList<>(draw.groups(pass, SIDE, System.getProperty("matrix.only", "")));
            groups.sort(Comparator.comparing(Group::most).reversed());
            int begun = 0;
            for (var cases : groups) {
                if (Group.most(cases).toNanos() < end - System.nanoTime()) {
                    int taken = Math.min(atOnce, cases.stream().mapToInt(FaultMatrix::places).sum());
                    places.acquire(taken);
                    begun++;
                    threads.execute(() -> {
                        try {
                            verdicts.addAll(new Group(cases, around, threads).run());
                        } finally {
                            places.release(taken);
                        }
                    });
                }
            }
            if (begun == 0) {
                break;
            }
        }
        places.acquire(atOnce);
    }

    /** A command that holds, and one that waits, is a process of its own: a JVM that starts takes a processor for a while. */
    private static int places(FaultCase of) {
        return of.kind().isCommand() ? PLACES_OF_A_COMMAND : 1;
    }

    /** Uses the client once, so that what a process keeps of it for good is there. */
    static void warmUp(String server) throws InterruptedException {
        try (var client = DflockdClient.connect(server); var lease = client.lock("faults/warm-up").acquire()) {
            lease.ensureValid();
        }
    }

    /** Sessions end with their clients, at the latest after their grace. */
    static List<String> leftAt(ServerProcess server) {
        var stats = new String[]{""};
        try {
            Eventually.await("the server has no sessions", PATIENCE, () -> {
                try (var looking = WireClient.connect(server.socketAddress())) {
                    stats[0] = looking.ask("stats", "_", "");
                    return stats[0].contains("\"sessions\":0,") && stats[0].contains("\"locks\":[]");
                }
            });
            return List.of();
        } catch (AssertionError e) {
            return List.of("at the server: " + stats[0]);
        }
    }
}
