package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.target.Dialect.Terms;
import io.dflockd.benchmarks.target.LockWire;
import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Workload a: threads with a connection each, each of which acquires and releases its own keys in turn. */
public record Pairs(int threads) implements Workload {
    private static final int KEYS = 16;
    private static final AtomicInteger USES = new AtomicInteger();

    @Override
    public String name() {
        return "a/" + threads;
    }

    @Override
    public String description() {
        return "acquire and release, uncontended, connections: " + threads;
    }

    @Override
    public boolean suits(Target target) {
        return target.dialect().hasLocks();
    }

    @Override
    public Measurement run(Server server, Plan plan) throws IOException, InterruptedException {
        var workers = new ArrayList<Client>();
        for (int i = 0; i < threads; i++) {
            workers.add(new Client(server.dialect().locks(server.connect(), keys("own" + i, KEYS), Terms.PLAIN)));
        }
        return new Crew(server, workers).run(plan);
    }

    /** Keys that no earlier run has left held. */
    static byte[][] keys(String prefix, int count) {
        var unused = prefix + "." + USES.incrementAndGet();
        var keys = new byte[count][];
        for (int i = 0; i < count; i++) {
            keys[i] = (unused + "." + i).getBytes(StandardCharsets.US_ASCII);
        }
        return keys;
    }

    /** One thread's work. */
    record Client(LockWire locks) implements Worker {
        @Override
        public void run(Phase phase, Sample sample) throws IOException {
            for (int slot = 0; phase.isRunning(); slot = (slot + 1) % KEYS) {
                long start = System.nanoTime();
                locks.acquire(slot);
                ask();
                locks.release(slot);
                ask();
                if (phase.isMeasured()) {
                    sample.add(System.nanoTime() - start);
                }
            }
        }

        private void ask() throws IOException {
            locks.flush();
            if (locks.readReply() < 0) {
                throw new IOException("a key of its own was refused");
            }
        }

        @Override
        public void close() throws IOException {
            locks.close();
        }
    }
}
