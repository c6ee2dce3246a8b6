package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.target.Dialect.Terms;
import io.dflockd.benchmarks.target.LockWire;
import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import io.dflockd.benchmarks.target.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Workload e: connections that each hold a lock and say nothing. The operations are the pairs of a probe beside them.
 * Empty means: after the same probe has run alone, so that the server has loaded and touched what any use needs.
 */
public record IdleHolders(int connections) implements Workload {
    private static final Terms TERMS = new Terms(Duration.ZERO, Duration.ofHours(1), false);
    private static final int BUFFER_BYTES = 256;
    private static final double BYTES_PER_KIB = 1024;

    @Override
    public String name() {
        return "e/" + connections;
    }

    @Override
    public String description() {
        return "a probe beside idle holders, connections: " + connections;
    }

    @Override
    public boolean suits(Target target) {
        return target.isReal() && target.dialect().hasLocks();
    }

    @Override
    public boolean needsFreshServer() {
        return true;
    }

    @Override
    public Measurement run(Server server, Plan plan) throws IOException, InterruptedException {
        var probe = new Pairs(1);
        var alone = probe.run(server, plan);
        long emptyKib = server.residentKib();
        var holders = new ArrayList<LockWire>(connections);
        try {
            long start = System.nanoTime();
            open(server, holders);
            double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
            long fullKib = server.residentKib();
            var beside = probe.run(server, plan);
            var notes = new LinkedHashMap<String, Double>();
            notes.put("bytes per connection", (fullKib - emptyKib) * BYTES_PER_KIB / connections);
            notes.put("empty MiB", emptyKib / BYTES_PER_KIB);
            notes.put("opened per second", connections / seconds);
            notes.put("p50 alone µs", alone.micros(50));
            notes.put("p99 alone µs", alone.micros(99));
            return new Measurement(
                    beside.operations(), beside.seconds(), beside.latencies(), beside.cpuSeconds(), notes);
        } finally {
            for (var holder : holders) {
                holder.close();
            }
        }
    }

    private void open(Server server, List<LockWire> holders) throws IOException {
        for (int i = 0; i < connections; i++) {
            var wire = Wire.connect(server.port(), BUFFER_BYTES);
            var locks = server.dialect().locks(wire, Pairs.keys("idle" + i, 1), TERMS);
            holders.add(locks);
            locks.acquire(0);
            locks.flush();
            if (locks.readReply() < 0) {
                throw new IOException("a key of its own was refused");
            }
        }
    }
}
