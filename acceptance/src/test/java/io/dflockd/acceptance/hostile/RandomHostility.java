package io.dflockd.acceptance.hostile;

import io.dflockd.acceptance.OwnProcesses;
import io.dflockd.acceptance.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Leads all attacks at random, up to three at once and in any size, for as long as it is told, beside honest clients. Ends
 * with status 1 where the server ended, an honest client lost its hold, was not served or was served late, or something
 * stayed behind. The same seed leads the same attacks.
 *
 * <p>Arguments: seconds, seed (0 for a new one), path of the program {@code dflockd}.
 */
public final class RandomHostility {
    private static final String TOKEN = "s3cret";
    private static final int HONEST = 3;
    private static final int AT_ONCE = 3;
    private static final double SMALLEST = 0.01;
    private static final Duration BACK = Duration.ofSeconds(60);
    private static final int WARM = 3_000;
    private static final int PAIRS_A_ROUND = 300;
    private static final long LITTLE = 4 << 20;

    private final ServerProcess server;
    private final SplittableRandom random;
    private final List<HonestProcess> honest = new ArrayList<>();
    private int rounds;
    private int attacks;
    private int violations;

    private RandomHostility(ServerProcess server, long seed) {
        this.server = server;
        this.random = new SplittableRandom(seed);
    }

    public static void main(String[] arguments) throws InterruptedException {
        OwnProcesses.endWithThis();
        long seed = Long.parseLong(arguments[1]);
        boolean clean;
        try (var server = start(Path.of(arguments[2]))) {
            clean = run(server, seed == 0 ? System.nanoTime() : seed, Duration.ofSeconds(Long.parseLong(arguments[0])));
        }
        System.exit(clean ? 0 : 1);
    }

    /** A server for it. */
    static ServerProcess start(Path program) {
        return ServerProcess.startWith(Arena.HEAP, program, "--auth-token", TOKEN, "--gc-interval", "1",
                "--gc-max-idle", "1");
    }

    /** Whether nothing was wrong. The server wants {@link #TOKEN}. */
    static boolean run(ServerProcess server, long seed, Duration length) throws InterruptedException {
        System.out.println("seed " + seed);
        var hostility = new RandomHostility(server, seed);
        try {
            for (int i = 0; i < HONEST; i++) {
                hostility.honest.add(new HonestProcess());
            }
            hostility.warmUp();
            long end = System.nanoTime() + length.toNanos();
            while (server.process().isAlive() && System.nanoTime() < end) {
                hostility.round();
            }
            System.out.println(hostility.attacks + " attacks in " + hostility.rounds + " rounds");
            boolean isBack = server.process().isAlive() && hostility.isBack();
            System.out.println(hostility.violations + " violations");
            return isBack && hostility.violations == 0;
        } finally {
            hostility.honest.forEach(HonestProcess::close);
        }
    }

    /** A new process compiles first. */
    private void warmUp() {
        honest.forEach(client -> client.begin(server.socketAddress(), server.process(), TOKEN));
        honest.forEach(client -> client.awaitPairs(WARM));
        honest.forEach(HonestProcess::end);
    }

    private void round() throws InterruptedException {
        rounds++;
        try {
            honest.forEach(client -> client.begin(server.socketAddress(), server.process(), TOKEN));
        } catch (AssertionError e) {
            violation(e.getMessage());
            return;
        }
        var threads = new ArrayList<Thread>();
        for (int i = random.nextInt(AT_ONCE) + 1; i > 0; i--) {
            threads.add(attack());
        }
        for (var thread : threads) {
            thread.join();
        }
        for (var client : honest) {
            report(client);
        }
        if (!server.process().isAlive()) {
            violation("the server ended with status " + server.process().exitValue());
            server.log()
                    .stream()
                    .filter(line -> line.contains("Error") || line.contains(" ERROR "))
                    .limit(5)
                    .forEach(System.out::println);
        }
    }

    private void report(HonestProcess client) {
        try {
            client.awaitPairs(PAIRS_A_ROUND);
        } catch (AssertionError e) {
            violation(e.getMessage());
        }
        var report = client.end();
        if (report.failure().isEmpty() && report.p99().compareTo(Arena.P99) < 0) {
            System.out.println("  honest: " + report);
        } else {
            violation(report.toString());
        }
    }

    private void violation(String what) {
        violations++;
        System.out.println("  VIOLATION: " + what);
    }

    private Thread attack() {
        var attack = Attacks.ALL.get(random.nextInt(Attacks.ALL.size()));
        double scale = Math.pow(SMALLEST, random.nextDouble());
        var target = new Target(server.socketAddress(), TOKEN, "h" + ++attacks + "/", random.split(), scale);
        System.out.println("%d: %s, %.0f %%".formatted(rounds, attack.name(), scale * 100));
        var thread = new Thread(() -> {
            try (target) {
                attack.attack().on(target);
            } catch (Exception | AssertionError e) {
                // Whoever attacks may be refused, closed or starved. What counts is what the honest ones see.
                System.out.println("  " + attack.name() + ": " + e.getMessage());
            }
        }, attack.name());
        thread.start();
        return thread;
    }

    /** Whether what was taken comes back. */
    private boolean isBack() {
        long deadline = System.nanoTime() + BACK.toNanos();
        while (System.nanoTime() < deadline) {
            long bytes = Arena.stateBytes(server.socketAddress(), TOKEN);
            if (bytes < LITTLE) {
                System.out.println("the state is back at " + bytes + " bytes");
                return true;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        System.out.println("VIOLATION: the state keeps " + Arena.stateBytes(server.socketAddress(), TOKEN) + " bytes");
        return false;
    }
}
