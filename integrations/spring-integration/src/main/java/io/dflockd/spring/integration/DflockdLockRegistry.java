package io.dflockd.spring.integration;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.Lock;
import io.dflockd.client.error.LeaseLostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.integration.support.locks.ExpirableLockRegistry;
import org.springframework.integration.support.locks.RenewableLockRegistry;

/**
 * The locks of a server for Spring Integration: for aggregators, resequencers, {@code LockRequestHandlerAdvice}, leader
 * initiators and whatever else takes a lock registry.
 *
 * <pre>{@code
 * @Bean
 * DflockdLockRegistry locks(DflockdClient client) {
 *     return new DflockdLockRegistry(client, "orders/");
 * }
 * }</pre>
 *
 * <p>A lock belongs to the thread that took it, and is re-entrant for it through every lock of the same key of one registry.
 * It renews itself for as long as it is held and its process lives. Once a hold is lost, re-entry never takes it
 * anew beside the code that relied on it: {@code tryLock} is false once, {@code lock} throws a {@link LeaseLostException}
 * once, and the hold is forgotten with all its counts; an {@code unlock} that would have been the last throws that exception
 * where nobody was told yet.
 *
 * <p>Keys are text, numbers, booleans, enum constants and {@link UUID}s: a key made of any other object would exclude nobody.
 * Nothing is kept of locks that nobody holds. Thread-safe.
 */
public final class DflockdLockRegistry
        implements
            RenewableLockRegistry<DistributedLock>,
            ExpirableLockRegistry<DistributedLock> {
    private final DflockdClient client;
    private final String keyPrefix;
    private final Map<Owner, Held> held = new ConcurrentHashMap<>();

    /** Who holds what. */
    private record Owner(String key, Thread thread) {}

    /** A hold of a thread. Only that thread reads and writes the count. */
    static final class Held {
        private final Lease lease;
        private int count = 1;

        private Held(Lease lease) {
            this.lease = lease;
        }
    }

    /** @param keyPrefix stands before all keys; registries with the same one share their locks, wherever they are */
    public DflockdLockRegistry(DflockdClient client, String keyPrefix) {
        this.client = client;
        this.keyPrefix = keyPrefix;
    }

    /** @throws IllegalArgumentException when the key is of another type than those above */
    @Override
    public DistributedLock obtain(Object lockKey) {
        return new RegistryLock(this, keyOf(lockKey));
    }

    /**
     * Makes sure that the current thread holds the lock and will go on to: it renews itself, so that there is nothing to extend.
     *
     * @throws IllegalMonitorStateException when the thread does not hold it
     * @throws LeaseLostException when the hold is lost
     */
    @Override
    public void renewLock(Object lockKey) {
        ownHold(keyOf(lockKey)).lease.ensureValid();
    }

    /** As {@link #renewLock(Object)}: a hold keeps the lease that it was taken with, however often that is renewed. */
    @Override
    public void renewLock(Object lockKey, Duration ttl) {
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException(
                    "the time to live of " + lockKey + " is " + ttl + "; more than zero is valid");
        }
        renewLock(lockKey);
    }

    /** Has nothing to do: of a lock that nobody holds the registry knows nothing, and one that is held is in use. */
    @Override
    public void expireUnusedOlderThan(long age) {}

    /** The lease under which the current thread runs, for its fence; empty where it does not hold the lock. */
    public Optional<Lease> lease(Object lockKey) {
        return Optional.ofNullable(held.get(owner(keyOf(lockKey)))).map(hold -> hold.lease);
    }

    private String keyOf(Object lockKey) {
        if (lockKey instanceof CharSequence || lockKey instanceof Number || lockKey instanceof Boolean
                || lockKey instanceof UUID) {
            return keyPrefix + lockKey;
        }
        if (lockKey instanceof Enum<?> constant) {
            return keyPrefix + constant.name();
        }
        throw new IllegalArgumentException("a lock key is of " + lockKey.getClass().getName()
                + "; text, a number, a boolean, an enum constant or a UUID is valid");
    }

    private static Owner owner(String key) {
        return new Owner(key, Thread.currentThread());
    }

    private Held ownHold(String key) {
        var own = held.get(owner(key));
        if (own == null) {
            throw notHeld(key);
        }
        return own;
    }

    private static IllegalMonitorStateException notHeld(String key) {
        return new IllegalMonitorStateException(key + ": not held by thread " + Thread.currentThread().getName());
    }

    /** How many holds there are, for tests. */
    int holds() {
        return held.size();
    }

    /**
     * Takes the lock, or counts.
     *
     * @return false where it is not granted, and once after a loss
     */
    boolean take(String key, Duration wait, @Nullable Duration ttl) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        var owner = owner(key);
        var own = held.get(owner);
        if (own != null) {
            return enterAgain(owner, own);
        }
        Lock lock = client.lock(key);
        var lease = (ttl == null ? lock : lock.withTtl(ttl)).tryAcquire(wait);
        lease.ifPresent(granted -> held.put(owner, new Held(granted)));
        return lease.isPresent();
    }

    private boolean enterAgain(Owner owner, Held own) {
        if (own.lease.isValid()) {
            own.count++;
            return true;
        }
        drop(owner, own);
        return false;
    }

    /** Without waiting for the server, which may be out of reach: whoever relied on the hold must hear of it now. */
    private void drop(Owner owner, Held own) {
        held.remove(owner);
        var unused = own.lease.releaseAsync();
    }

    /**
     * The hold of this thread, if it is lost, is forgotten.
     *
     * @throws LeaseLostException saying so
     */
    void requireNotLost(String key) {
        var owner = owner(key);
        var own = held.get(owner);
        if (own == null) {
            return;
        }
        try {
            own.lease.ensureValid();
        } catch (RuntimeException lostOrReleased) {
            drop(owner, own);
            throw lostOrReleased;
        }
    }

    void release(String key) {
        var own = ownHold(key);
        own.count--;
        if (own.count > 0) {
            return;
        }
        try {
            own.lease.ensureValid();
        } catch (RuntimeException lostOrReleased) {
            drop(owner(key), own);
            throw lostOrReleased;
        }
        held.remove(owner(key));
        own.lease.close();
    }
}
