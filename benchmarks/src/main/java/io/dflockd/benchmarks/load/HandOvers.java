package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.library.KeyLocks;
import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Workload b: threads that all want one key. An operation is a grant to another thread than the one before; that two
 * never hold it at once is checked. A server that cannot let a client wait is asked again after a millisecond. The latency
 * is that of the acquire.
 */
public record HandOvers(int threads) implements Workload {
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    @Override
    public String name() {
        return "b/" + threads;
    }

    @Override
    public String description() {
        return "hand-overs of one key, threads: " + threads;
    }

    @Override
    public boolean suits(Target target) {
        return target.isReal() && target.dialect().hasLockClients();
    }

    @Override
    public Measurement run(Server server, Plan plan) throws IOException, InterruptedException {
        try (var clients = server.lockClients(WAIT, LEASE)) {
            var workers = new ArrayList<Client>();
            var key = new Key();
            var names = Pairs.names("one", 1);
            for (int i = 0; i < threads; i++) {
                workers.add(new Client(i, clients.locks(names), key));
            }
            return new Crew(server, workers).run(plan);
        }
    }

    /** What the threads know of the key beside the server. */
    private static final class Key {
        final AtomicInteger holders = new AtomicInteger();
        final AtomicInteger latest = new AtomicInteger(-1);
    }

    private record Client(int number, KeyLocks locks, Key key) implements Worker {
        @Override
        public void run(Phase phase, Sample sample) throws IOException, InterruptedException {
            while (phase.isRunning()) {
                long start = System.nanoTime();
                if (!acquire(phase)) {
                    return;
                }
                long end = System.nanoTime();
                if (key.holders.incrementAndGet() != 1) {
                    throw new IOException("two hold one key");
                }
                boolean another = key.latest.getAndSet(number) != number;
                key.holders.decrementAndGet();
                locks.release(0);
                if (another && phase.isMeasured()) {
                    sample.add(end - start);
                }
            }
        }

        private boolean acquire(Phase phase) throws IOException, InterruptedException {
            while (!locks.acquire(0)) {
                if (!phase.isRunning()) {
                    return false;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
            return true;
        }

        @Override
        public void close() throws IOException {
            locks.close();
        }
    }
}
