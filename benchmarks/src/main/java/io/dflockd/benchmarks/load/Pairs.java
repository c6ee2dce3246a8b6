package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.library.KeyLocks;
import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Workload a: threads, each of which acquires and releases its own keys in turn. A raw client has a connection for each
 * thread; a library has as many as it likes.
 */
public record Pairs(int threads) implements Workload {
    private static final int KEYS = 16;
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final AtomicInteger USES = new AtomicInteger();

    @Override
    public String name() {
        return "a/" + threads;
    }

    @Override
    public String description() {
        return "acquire and release, uncontended, threads: " + threads;
    }

    @Override
    public boolean suits(Target target) {
        return target.dialect().hasLockClients();
    }

    @Override
    public Measurement run(Server server, Plan plan) throws IOException, InterruptedException {
        try (var clients = server.lockClients(Duration.ZERO, LEASE)) {
            var workers = new ArrayList<Client>();
            for (int i = 0; i < threads; i++) {
                workers.add(new Client(clients.locks(names("own" + i, KEYS))));
            }
            return new Crew(server, workers).run(plan);
        }
    }

    /** Keys that no earlier run has left held. */
    static List<String> names(String prefix, int count) {
        var unused = prefix + "." + USES.incrementAndGet() + ".";
        return IntStream.range(0, count).mapToObj(i -> unused + i).toList();
    }

    /** The same in bytes. */
    static byte[][] keys(String prefix, int count) {
        return names(prefix, count).stream()
                .map(name -> name.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    /** One thread's work. */
    record Client(KeyLocks locks) implements Worker {
        @Override
        public void run(Phase phase, Sample sample) throws IOException, InterruptedException {
            for (int slot = 0; phase.isRunning(); slot = (slot + 1) % KEYS) {
                long start = System.nanoTime();
                if (!locks.acquire(slot)) {
                    throw new IOException("a key of its own was refused");
                }
                locks.release(slot);
                if (phase.isMeasured()) {
                    sample.add(System.nanoTime() - start);
                }
            }
        }

        @Override
        public void close() throws IOException {
            locks.close();
        }
    }
}
