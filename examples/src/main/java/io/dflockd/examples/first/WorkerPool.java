package io.dflockd.examples.first;

import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Many workers on many machines, of which three at a time use what is scarce. */
public final class WorkerPool {
    private static final int AT_ONCE = 3;
    private static final int WORKERS = 10;

    private WorkerPool() {}

    /** {@code WorkerPool SERVER}. */
    public static void main(String[] args) {
        try (var client = DflockdClient.connect(args[0])) {
            System.out.println("at most " + run(client) + " at once");
        }
    }

    /** How many were at it at once. */
    static int run(DflockdClient client) {
        var busy = new AtomicInteger();
        var most = new AtomicInteger();
        var licences = client.semaphore("licences", AT_ONCE); // all machines name the same limit
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < WORKERS; i++) {
                var unusedAsCloseWaits = threads.submit(() -> {
                    try (var permit = licences.acquire(Duration.ofSeconds(30))) {
                        most.accumulateAndGet(busy.incrementAndGet(), Math::max);
                        permit.ensureValid(); // here it works
                        busy.decrementAndGet();
                    }
                    return null;
                });
            }
        }
        return most.get();
    }
}
