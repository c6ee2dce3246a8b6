package io.dflockd.acceptance.hostile;

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
    private static final Duration P99 = Duration.ofMillis(Integer.getInteger("hostile.p99.ms", 50));
    private static final Duration BACK = Duration.ofSeconds(60);
    private static final int PAIRS_A_ROUND = 300;
    private static final long LITTLE = 4 << 20;

    private final ServerProcess server;
    private final SplittableRandom random;
    private final long end;
    private final List<HonestProcess> honest = new ArrayList<>();
    private int rounds;
    private int attacks;

    private RandomHostility(ServerProcess server, long seed, Duration length) {
        this.server = server;
        this.random = new SplittableRandom(seed);
        this.end = System.nanoTime() + length.toNanos();
    }

    public static void main(String[] arguments) throws InterruptedException {
        long seed = Long.parseLong(arguments[1]);
        try (var server = ServerProcess.startWith(Arena.HEAP, Path.of(arguments[2]), "--auth-token", TOKEN,
                "--gc-interval",
                "1", "--gc-max-idle", "1")) {
            System.exit(run(server, seed == 0 ? System.nanoTime() : seed,
                    Duration.ofSeconds(Long.parseLong(arguments[0]))) ? 0 : 1);
        }
    }

    /** Whether nothing was wrong. The server wants {@link #TOKEN}. */
    static boolean run(ServerProcess server, long seed, Duration length) throws InterruptedException {
        System.out.println("seed " + seed);
        var hostility = new RandomHostility(server, seed, length);
        try {
            for (int i = 0; i < HONEST; i++) {
                hostility.honest.add(new HonestProcess());
            }
            boolean clean = true;
            while (clean && System.nanoTime() < hostility.end) {
                clean = hostility.round();
            }
            System.out.println(hostility.attacks + " attacks in " + hostility.rounds + " rounds");
            return clean && hostility.isBack();
        } finally {
            hostility.honest.forEach(HonestProcess::close);
        }
    }

    private boolean round() throws InterruptedException {
        rounds++;
        honest.forEach(client -> client.begin(server.socketAddress(), TOKEN));
        var threads = new ArrayList<Thread>();
        for (int i = random.nextInt(AT_ONCE) + 1; i > 0; i--) {
            threads.add(attack());
        }
        for (var thread : threads) {
            thread.join();
        }
        boolean clean = server.process().isAlive();
        for (var client : honest) {
            client.awaitPairs(PAIRS_A_ROUND);
            var report = client.end();
            boolean well = report.failure().isEmpty() && report.p99().compareTo(P99) < 0;
            System.out.println((well ? "  honest: " : "  VIOLATION: ") + report);
            clean &= well;
        }
        if (!server.process().isAlive()) {
            System.out.println("VIOLATION: the server ended with status " + server.process().exitValue());
            server.log()
                    .stream()
                    .filter(line -> line.contains("ERROR") || line.contains("Error"))
                    .limit(5)
                    .forEach(System.out::println);
        }
        return clean;
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
