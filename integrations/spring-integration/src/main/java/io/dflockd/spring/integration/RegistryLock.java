package io.dflockd.spring.integration;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.support.locks.DistributedLock;

/**
 * A key of a registry. All that is known of who holds it is in the registry, so that any number of these are one lock.
 *
 * @param key with the prefix
 */
record RegistryLock(DflockdLockRegistry registry, String key) implements DistributedLock {
    private static final Duration LONG_WAIT = Duration.ofDays(1);

    @Override
    public void lock() {
        lockUninterruptibly(null);
    }

    /** The time to live is that of the lease, which renews itself while this process lives. */
    @Override
    public void lock(Duration ttl) {
        lockUninterruptibly(ttl);
    }

    private void lockUninterruptibly(@Nullable Duration ttl) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    await(ttl);
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
        await(null);
    }

    private void await(@Nullable Duration ttl) throws InterruptedException {
        do {
            registry.requireNotLost(key);
        } while (!registry.take(key, LONG_WAIT, ttl));
    }

    /** Does not throw on an interrupt, as its contract wants, but then fails and leaves the interrupt set. */
    @Override
    public boolean tryLock() {
        try {
            return registry.take(key, Duration.ZERO, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        return registry.take(key, Duration.ofNanos(Math.max(0, unit.toNanos(time))), null);
    }

    @Override
    public boolean tryLock(Duration waitTime, Duration ttl) throws InterruptedException {
        return registry.take(key, waitTime.isNegative() ? Duration.ZERO : waitTime, ttl);
    }

    @Override
    public void unlock() {
        registry.release(key);
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions; watch a key or pop from a list");
    }

    @Override
    public String toString() {
        return "DflockdLock[" + key + "]";
    }
}
