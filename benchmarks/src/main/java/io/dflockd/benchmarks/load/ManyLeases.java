package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.target.DflockDialect;
import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import io.dflockd.client.DflockdClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Workload g: leases of the server's default length that one client holds and renews, all over its one connection. The
 * operations are renewals; the latencies are those of the acquisitions, of which many are under way at once.
 *
 * <p>The first renewals are not measured, because the compiler is at work then. The client is in this process, so its
 * processor time is ours.
 */
public record ManyLeases(int leases) implements Workload {
    /** Longer than any lease of the default length goes without a renewal. */
    private static final Duration FIRST_RENEWALS = Duration.ofSeconds(16);

    /** As long as two renewals of each lease take. */
    private static final Duration SHORTEST = Duration.ofSeconds(30);

    private static final int ACQUISITIONS_AT_ONCE = 1_000;
    private static final Duration LONGEST_ACQUISITION = Duration.ofSeconds(60);
    private static final double PERCENT = 100;
    private static final double BYTES_PER_MIB = 1024 * 1024;

    @Override
    public String name() {
        return "g/" + leases;
    }

    @Override
    public String description() {
        return "held and renewed by one client, leases: " + leases;
    }

    @Override
    public boolean suits(Target target) {
        return target.isReal() && target.dialect() instanceof DflockDialect;
    }

    @Override
    public boolean needsFreshServer() {
        return true;
    }

    @Override
    public Measurement run(Server server, Plan plan) throws IOException, InterruptedException {
        try (var client = DflockdClient.builder()
                .server("127.0.0.1:" + server.port())
                .build()) {
            long start = System.nanoTime();
            var latencies = acquireAll(client);
            double acquired = secondsSince(start);
            Thread.sleep(FIRST_RENEWALS);
            long measuredFrom = System.nanoTime();
            double serverCpu = server.cpuSeconds();
            double clientCpu = ownCpuSeconds();
            long renewals = client.metrics().leases().renewed();
            Thread.sleep(plan.measured().compareTo(SHORTEST) > 0 ? plan.measured() : SHORTEST);
            double seconds = secondsSince(measuredFrom);
            serverCpu = server.cpuSeconds() - serverCpu;
            clientCpu = ownCpuSeconds() - clientCpu;
            var metrics = client.metrics();
            var notes = new LinkedHashMap<String, Double>();
            notes.put("% of a processor in the server", PERCENT * serverCpu / seconds);
            notes.put("in the client", PERCENT * clientCpu / seconds);
            notes.put("leases lost", (double) metrics.leases().lostInAll());
            notes.put("held", (double) metrics.leases().held());
            notes.put("acquired per second", leases / acquired);
            notes.put("threads of the client", (double) threads());
            notes.put("connections", (double) metrics.connections().open());
            notes.put("heap of the client MiB", heapMib());
            return new Measurement(
                    metrics.leases().renewed() - renewals, seconds, latencies.latencies(), serverCpu, notes);
        }
    }

    private Sample acquireAll(DflockdClient client) throws InterruptedException, IOException {
        var latencies = new Sample();
        var room = new Semaphore(ACQUISITIONS_AT_ONCE);
        var failed = new LongAdder();
        for (int i = 0; i < leases; i++) {
            room.acquire();
            long asked = System.nanoTime();
            var unusedAsItIsToldBelow = client.lock("lease/" + i)
                    .acquireAsync(LONGEST_ACQUISITION)
                    .whenComplete((unusedLease, failure) -> {
                        synchronized (latencies) {
                            latencies.add(System.nanoTime() - asked);
                        }
                        if (failure != null) {
                            failed.increment();
                        }
                        room.release();
                    });
        }
        room.acquire(ACQUISITIONS_AT_ONCE);
        if (failed.sum() > 0) {
            throw new IOException(failed + " keys of its own were refused to the client");
        }
        return latencies;
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private static double ownCpuSeconds() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(one -> one.getName().startsWith("dflockd-")).count();
    }

    private static double heapMib() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / BYTES_PER_MIB;
    }
}
