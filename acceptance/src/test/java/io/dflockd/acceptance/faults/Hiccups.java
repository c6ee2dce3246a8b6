package io.dflockd.acceptance.faults;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * When this process did not get the processor: what is due at a moment is handed from a thread that waits for the moment to
 * one that is made for it, as a client does that tells of its first loss for a while, and runs late. On a busy machine a new
 * thread comes to run much later than one that waits. What is told late by no more than that is the machine's fault.
 */
final class Hiccups implements AutoCloseable {
    private static final long INTERVAL_NANOS = 4_000_000;
    private static final long LEAST_NANOS = 3_000_000;
    private static final int MOST = 200_000;

    /** From when something was due until it ran. */
    private record Hiccup(long from, long to) {}

    private final Deque<Hiccup> hiccups = new ArrayDeque<>();
    private final ThreadFactory threads = daemons();
    private volatile boolean closed;

    Hiccups() {
        threads.newThread(this::run).start();
    }

    /** For how much of this time something that was due had not run. */
    synchronized long between(long from, long to) {
        long covered = 0;
        long end = from;
        for (var hiccup : hiccups) { // in the order in which they were over
            long begin = Math.max(hiccup.from, from);
            long until = Math.min(hiccup.to, to);
            covered += Math.max(0, until - Math.max(begin, end));
            end = Math.max(end, until);
        }
        return covered;
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
        while (!closed) {
            long due = System.nanoTime() + INTERVAL_NANOS;
            LockSupport.parkNanos(INTERVAL_NANOS);
            threads.newThread(() -> ran(due)).start();
        }
    }

    private synchronized void ran(long due) {
        long now = System.nanoTime();
        if (now - due > LEAST_NANOS) {
            hiccups.addLast(new Hiccup(due, now));
            if (hiccups.size() > MOST) {
                hiccups.removeFirst();
            }
        }
    }

    private static ThreadFactory daemons() {
        var count = new AtomicLong();
        return task -> {
            var thread = new Thread(task, "faults-hiccups-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
