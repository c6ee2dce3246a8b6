package io.dflockd.acceptance.faults;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * When this process did not get the processor: a thread that sleeps a millisecond at a time and finds out that it slept
 * for longer. What is told late by no more than that is the machine's fault.
 */
final class Hiccups implements AutoCloseable {
    private static final long SLEEP_NANOS = 1_000_000;
    private static final long LEAST_NANOS = 3_000_000;
    private static final int MOST = 100_000;

    private record Hiccup(long from, long to) {}

    private final Deque<Hiccup> hiccups = new ArrayDeque<>();
    private volatile boolean closed;

    Hiccups() {
        var thread = new Thread(this::run, "faults-hiccups");
        thread.setDaemon(true);
        thread.start();
    }

    /** For how much of this time, together, the process stood still. */
    synchronized long between(long from, long to) {
        return hiccups.stream().mapToLong(it -> Math.max(0, Math.min(to, it.to) - Math.max(from, it.from))).sum();
    }

    /** The longest of all. */
    synchronized long longest() {
        return hiccups.stream().mapToLong(it -> it.to - it.from).max().orElse(0);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void run() {
        long last = System.nanoTime();
        while (!closed) {
            LockSupport.parkNanos(SLEEP_NANOS);
            long now = System.nanoTime();
            if (now - last > LEAST_NANOS) {
                add(new Hiccup(last, now));
            }
            last = now;
        }
    }

    private synchronized void add(Hiccup hiccup) {
        hiccups.addLast(hiccup);
        if (hiccups.size() > MOST) {
            hiccups.removeFirst();
        }
    }
}
