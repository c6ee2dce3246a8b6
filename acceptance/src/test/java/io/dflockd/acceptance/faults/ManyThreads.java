package io.dflockd.acceptance.faults;

import io.dflockd.acceptance.OwnProcesses;
import io.dflockd.acceptance.ServerProcess;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.testkit.Cable;
import io.dflockd.testkit.Cable.Way;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Very many virtual threads take turns under locks, over a few clients whose cables are pulled at all the time. The same
 * must hold as in {@link FaultMatrix}. Arguments: threads, seconds, seed (0 for any), the folder of the programs. Needs
 * Java 21.
 */
public final class ManyThreads {
    /** Lease and grace of each client in seconds: now the one is what ends first, now the other. */
    private static final int[][] TERMS = {{3, 4}, {8, 2}, {10, 3}, {33, 5}};
    private static final int THREADS_OF_A_KEY = 5;
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int LONGEST_FAULT_MS = 8_000;
    private static final int LONGEST_PAUSE_MS = 1_500;
    /** Some hold for longer than a lease and a grace. */
    private static final int LONGEST_HOLD_MS = 10_000;
    private static final int LONGEST_STEP_MS = 30;

    private final List<DflockdClient> clients = new ArrayList<>();
    private final List<Cable> cables = new ArrayList<>();
    private final Ledger ledger;
    private final int keys;
    private final long end;
    private final AtomicLong failures = new AtomicLong();

    private ManyThreads(Ledger ledger, int threads, Duration length) {
        this.ledger = ledger;
        this.keys = Math.max(1, threads / THREADS_OF_A_KEY);
        this.end = System.nanoTime() + length.toNanos();
    }

    public static void main(String[] arguments) throws Exception {
        OwnProcesses.endWithThis();
        long wanted = Long.parseLong(arguments[2]);
        long seed = wanted == 0 ? System.nanoTime() & 0xffff : wanted;
        System.out.println("seed " + seed);
        boolean clean = run(Integer.parseInt(arguments[0]), Duration.ofSeconds(Long.parseLong(arguments[1])), seed,
                new Programs(Path.of(arguments[3])));
        System.exit(clean ? 0 : 1);
    }

    private static boolean run(int threads, Duration length, long seed, Programs programs) throws Exception {
        try (var server = ServerProcess.start(programs.server()); var hiccups = new Hiccups()) {
            FaultMatrix.warmUp(server.address());
            var leftovers = new Leftovers();
            var ledger = new Ledger(hiccups);
            var many = new ManyThreads(ledger, threads, length);
            many.run(server, threads, seed);
            var found = new ArrayList<>(ledger.violations());
            leftovers.find().forEach(left -> found.add("left in the process: " + left));
            found.addAll(FaultMatrix.leftAt(server));
            found.forEach(violation -> System.out.println("VIOLATION " + violation));
            System.out.println(ledger.summary());
            System.out.printf("%d calls failed while the network did, longest pause of this machine %.1f ms%n",
                    many.failures.get(), hiccups.longest() / 1e6);
            System.out.println("seed " + seed + ", threads " + threads + ", violations " + found.size());
            return found.isEmpty();
        }
    }

    private void run(ServerProcess server, int threads, long seed) throws Exception {
        for (var terms : TERMS) {
            var cable = new Cable(server.socketAddress());
            cables.add(cable);
            clients.add(DflockdClient.builder()
                    .server("127.0.0.1:" + cable.address().getPort())
                    .leaseTtl(Duration.ofSeconds(terms[0]))
                    .sessionGrace(Duration.ofSeconds(terms[1]))
                    .build());
        }
        var virtual = virtualThreads();
        for (int i = 0; i < threads; i++) {
            var client = clients.get(i % TERMS.length);
            virtual.execute(() -> takeTurns(client));
        }
        disturb(new SplittableRandom(seed));
        virtual.shutdown();
        if (!virtual.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            System.out.println("threads still wait after " + PATIENCE);
        }
        clients.forEach(DflockdClient::close);
        cables.forEach(Cable::close);
        Eventually.await("no holds are left", PATIENCE, () -> {
            try (var looking = WireClient.connect(server.socketAddress())) {
                return looking.ask("stats", "_", "").contains("\"locks\":[]");
            }
        });
    }

    private void takeTurns(DflockdClient client) {
        while (System.nanoTime() < end) {
            var key = "many/" + ThreadLocalRandom.current().nextInt(keys);
            try {
                var granted = client.lock(key).tryAcquire(WAIT);
                if (granted.isPresent()) {
                    try (var lease = granted.get()) {
                        hold(key, lease);
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                failures.incrementAndGet(); // the network failed; whatever it left is seen at the end
            }
        }
    }

    private void hold(String key, Lease lease) throws InterruptedException {
        var span = ledger.granted(key, lease.fence());
        lease.onLost(reason -> span.told());
        var random = ThreadLocalRandom.current();
        int most = random.nextInt(4) == 0 ? LONGEST_HOLD_MS : LONGEST_STEP_MS;
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(1, most));
        for (long now = System.nanoTime(); now < until && lease.isValid(); now = System.nanoTime()) {
            span.believed(now);
            Thread.sleep(random.nextInt(1, LONGEST_STEP_MS));
        }
    }

    private void disturb(SplittableRandom random) throws InterruptedException {
        while (end - System.nanoTime() > TimeUnit.MILLISECONDS.toNanos(LONGEST_FAULT_MS)) {
            Thread.sleep(random.nextInt(LONGEST_PAUSE_MS));
            var cable = cables.get(random.nextInt(TERMS.length));
            switch (random.nextInt(7)) {
                case 0 -> cable.reset(Duration.ofMillis(random.nextInt(20)));
                case 1 -> cable.resetServer();
                case 2 -> cable.resetClients();
                case 3 -> cable.stall(Way.UP);
                case 4 -> cable.stall(Way.DOWN);
                case 5 -> cable.stall(Way.UP, Way.DOWN);
                default -> {
                    cable.refuse();
                    cable.reset(Duration.ZERO);
                }
            }
            Thread.sleep(random.nextInt(LONGEST_FAULT_MS));
            cable.mend();
        }
    }

    /** By reflection, because what this is compiled for has none. */
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }
}
