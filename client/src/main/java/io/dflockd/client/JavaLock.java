package io.dflockd.client;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * The JDK's view of something acquirable. Each thread that holds it has a lease of its own; taking it again counts. So
 * threads of one process wait in the server's queue like everybody else, and the order is fair over all.
 *
 * <p>A hold that was lost counts for nothing: taking it again fails until it is unlocked as often as it was taken, and every
 * {@code unlock} says that it was lost.
 */
final class JavaLock implements Lock {
    private static final Duration LONG_WAIT = Duration.ofDays(1);

    private final Acquirable acquirable;
    private final String key;
    private final Map<Thread, Held> byThread = new ConcurrentHashMap<>();

    JavaLock(Acquirable acquirable, String key) {
        this.acquirable = acquirable;
        this.key = key;
    }

    @Override
    public void lock() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    lockInterruptibly();
                    return;
                } catch (InterruptedException e) {
                    // The contract of lock() is to go on; the place in the queue is lost all the same.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        while (!take(LONG_WAIT)) {
            ensureNotLost();
        }
    }

    /** Does not throw on an interrupt, as its contract wants, but then fails and leaves the interrupt set. */
    @Override
    public boolean tryLock() {
        try {
            return take(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** False at once, without waiting, for a thread whose hold was lost. */
    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        return take(Duration.ofNanos(Math.max(0, unit.toNanos(time))));
    }

    @Override
    public void unlock() {
        var thread = Thread.currentThread();
        var held = byThread.get(thread);
        if (held == null) {
            throw new IllegalMonitorStateException(key + ": not held by thread " + thread.getName());
        }
        held.count--;
        if (held.count > 0) {
            held.lease.ensureValid();
            return;
        }
        byThread.remove(thread);
        try (var lease = held.lease) {
            lease.ensureValid();
        }
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions; watch a key or pop from a list");
    }

    @Override
    public String toString() {
        return "JavaLock[" + acquirable + "]";
    }

    private boolean take(Duration wait) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        var held = byThread.get(Thread.currentThread());
        if (held != null) {
            // Whoever relied on a lost hold would run beside the next holder.
            boolean valid = held.lease.isValid();
            held.count += valid ? 1 : 0;
            return valid;
        }
        var lease = acquirable.tryAcquire(wait);
        lease.ifPresent(granted -> byThread.put(Thread.currentThread(), new Held(granted)));
        return lease.isPresent();
    }

    private void ensureNotLost() {
        var held = byThread.get(Thread.currentThread());
        if (held != null) {
            held.lease.ensureValid();
        }
    }

    /** What a thread holds. Only that thread reads and writes the count. */
    private static final class Held {
        private final Lease lease;
        private int count = 1;

        private Held(Lease lease) {
            this.lease = lease;
        }
    }
}
