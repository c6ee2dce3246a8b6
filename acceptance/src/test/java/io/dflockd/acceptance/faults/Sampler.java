package io.dflockd.acceptance.faults;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Asks all holders of a process every half millisecond whether they believe, until they are over. One thread. */
final class Sampler implements AutoCloseable {
    private static final long INTERVAL_NANOS = 500_000;

    private final Map<Journal, BooleanSupplier> holders = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Sampler() {
        var thread = new Thread(this::run, "faults-sampler");
        thread.setDaemon(true);
        thread.start();
    }

    void watch(Journal journal, BooleanSupplier believes) {
        holders.put(journal, believes);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void run() {
        while (!closed) {
            holders.forEach(this::sample);
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
    }

    private void sample(Journal journal, BooleanSupplier believes) {
        if (journal.isOver()) {
            holders.remove(journal);
            return;
        }
        long before = System.nanoTime();
        if (believes.getAsBoolean()) {
            journal.believed(before);
        }
    }
}
