package io.dflockd.junit;

import io.dflockd.client.spi.TimeSource;
import java.time.Duration;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until somebody moves it, on whose thread all that is due runs: in the order of its times, and what
 * is due at the server before what is due at clients at the same moment. Thread-safe.
 */
final class VirtualTime {
    /** More at one moment are a task that plans itself for now, again and again. */
    private static final int MOST_AT_ONE_MOMENT = 100_000;
    private static final int SERVER = 0;
    private static final int CLIENT = 1;

    private final ReentrantLock moving = new ReentrantLock();
    private final TreeSet<Entry> entries = new TreeSet<>(
            Comparator.comparingLong(Entry::at).thenComparingInt(Entry::rank).thenComparingLong(Entry::number));
    private long now;
    private long planned;

    /** Waits until all that is on its way has arrived. */
    interface Settling {
        void settle() throws InterruptedException;
    }

    private record Entry(long at, int rank, long number, @Nullable ClientTime client, Runnable task) {
        boolean isPaused() {
            return client != null && client.paused;
        }
    }

    synchronized long now() {
        return now;
    }

    Runnable planForServer(long delayNanos, Runnable task) {
        return plan(delayNanos, SERVER, null, task);
    }

    private synchronized Runnable plan(long delayNanos, int rank, @Nullable ClientTime client, Runnable task) {
        long from = client == null ? now : client.nanoTime();
        var entry = new Entry(from + Math.max(0, delayNanos), rank, planned++, client, task);
        entries.add(entry);
        return () -> remove(entry);
    }

    private synchronized void remove(Entry entry) {
        entries.remove(entry);
    }

    void advance(Duration duration, Settling settling) throws InterruptedException {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("the clock is to be moved by " + duration + "; valid is zero or more");
        }
        moving.lockInterruptibly();
        try {
            long target = now() + duration.toNanos();
            settling.settle();
            int atThisMoment = 0;
            for (var due = next(target); due != null; due = next(target)) {
                atThisMoment = due.at > now() ? 0 : atThisMoment + 1;
                if (atThisMoment > MOST_AT_ONE_MOMENT) {
                    throw new IllegalStateException("something is due at this moment again and again: " + due.task);
                }
                moveTo(due.at);
                due.task.run();
                if (isLastOfItsKind(due)) {
                    settling.settle();
                }
            }
            moveTo(target);
        } finally {
            moving.unlock();
        }
    }

    private synchronized @Nullable Entry next(long target) {
        for (var entry : entries) {
            if (entry.at > target) {
                return null;
            }
            if (!entry.isPaused()) {
                entries.remove(entry);
                return entry;
            }
        }
        return null;
    }

    private synchronized boolean isLastOfItsKind(Entry done) {
        for (var entry : entries) {
            if (!entry.isPaused()) {
                return entry.at > done.at || entry.rank != done.rank;
            }
        }
        return true;
    }

    private synchronized void moveTo(long at) {
        now = Math.max(now, at);
    }

    /** One client's share of the time. */
    final class ClientTime implements TimeSource {
        private boolean paused;
        private long pausedAt;

        @Override
        public long nanoTime() {
            synchronized (VirtualTime.this) {
                return paused ? pausedAt : now;
            }
        }

        @Override
        public Alarm after(long delayNanos, Runnable task) {
            return plan(delayNanos, CLIENT, this, task)::run;
        }

        void pause() {
            synchronized (VirtualTime.this) {
                pausedAt = nanoTime();
                paused = true;
            }
        }

        /** What has become due meanwhile runs when the time is moved next, by nothing at all maybe. */
        void resume() {
            synchronized (VirtualTime.this) {
                paused = false;
            }
        }

        boolean isPaused() {
            synchronized (VirtualTime.this) {
                return paused;
            }
        }
    }
}
