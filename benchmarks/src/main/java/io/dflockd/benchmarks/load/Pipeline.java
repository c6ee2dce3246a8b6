package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.target.Dialect.Terms;
import io.dflockd.benchmarks.target.LockWire;
import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Workload c: one connection with a window of pairs in flight, each on a key of its own. */
public record Pipeline(int window) implements Workload {
    @Override
    public String name() {
        return "c/" + window;
    }

    @Override
    public String description() {
        return "acquire and release, one connection, pairs in flight: " + window;
    }

    @Override
    public boolean suits(Target target) {
        return target.dialect().hasLocks();
    }

    @Override
    public Measurement run(Server server, Plan plan) throws IOException, InterruptedException {
        var terms = new Terms(Duration.ZERO, Duration.ofSeconds(30), true);
        var locks = server.dialect().locks(server.connect(), Pairs.keys("piped", window), terms);
        return new Crew(server, List.of(new Client(locks, new boolean[window], new long[window]))).run(plan);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Client(LockWire locks, boolean[] held, long[] startedAt) implements Worker {
        @Override
        public void run(Phase phase, Sample sample) throws IOException {
            for (int slot = 0; slot < held.length; slot++) {
                acquire(slot);
            }
            while (phase.isRunning()) {
                locks.flush();
                do {
                    answered(locks.readReply(), phase, sample);
                } while (locks.hasReply());
            }
        }

        private void answered(int slot, Phase phase, Sample sample) throws IOException {
            if (slot < 0) {
                throw new IOException("a key of its own was refused");
            }
            if (!held[slot]) {
                held[slot] = true;
                locks.release(slot);
                return;
            }
            held[slot] = false;
            if (phase.isMeasured()) {
                sample.add(System.nanoTime() - startedAt[slot]);
            }
            acquire(slot);
        }

        private void acquire(int slot) {
            startedAt[slot] = System.nanoTime();
            locks.acquire(slot);
        }

        @Override
        public void close() throws IOException {
            locks.close();
        }
    }
}
