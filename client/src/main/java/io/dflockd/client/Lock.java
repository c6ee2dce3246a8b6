package io.dflockd.client;

import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.protocol.HoldFamily;
import java.time.Duration;

/**
 * An exclusive lock by name, shared by all clients of a server.
 *
 * <pre>{@code
 * var lock = Lock.builder("jobs/nightly").server("127.0.0.1:6388").leaseTtl(Duration.ofSeconds(60)).build();
 * try (var lease = lock.acquire()) {
 *     store.write(report, lease.fence());
 * }
 * }</pre>
 *
 * <p>From a {@link DflockdClient} it comes with the client's settings, and ends with the client. Thread-safe.
 */
public final class Lock extends Acquirable {
    private final String key;
    private final HandleOptions options;
    private final Members members;

    Lock(String key, HandleOptions options, Members members) {
        super(options.acquirer(HoldFamily.LOCK, key, 1, members), options.acquireTimeout());
        this.key = key;
        this.options = options;
        this.members = members;
    }

    /** A lock that stands alone. */
    public static Builder builder(String key) {
        return new Builder(key);
    }

    public String key() {
        return key;
    }

    /** This lock with another lease TTL, see {@link HandleBuilder#leaseTtl}. Holds that were taken before keep theirs. */
    public Lock withTtl(Duration ttl) {
        return new Lock(key, options.withTtl(ttl), members);
    }

    /** This lock with another time that {@link #acquire()} waits where none is given. */
    public Lock withAcquireTimeout(Duration timeout) {
        return new Lock(key, options.withAcquireTimeout(timeout), members);
    }

    /** This lock with leases that nobody renews: each is lost after its TTL, and told so, unless it is released before. */
    public Lock withoutRenewal() {
        return new Lock(key, options.withoutRenewal(), members);
    }

    /**
     * This lock for code that wants a {@link java.util.concurrent.locks.Lock}: owned by threads, and re-entrant for the
     * thread that holds it through this one object. Every call makes another object, which excludes the others: a thread
     * that takes one while it holds another waits for itself.
     *
     * <p>Every {@code unlock()}, inner ones too, throws {@link LeaseLostException} when the hold had been lost: the code
     * before it ran unprotected at the end. Until it is unlocked as often as it was locked, {@code tryLock} is false for its
     * thread, and {@code lock} throws that exception, too. There are no conditions. Waiting is fair over all processes.
     *
     * <p>{@code tryLock()} throws what {@link #tryAcquire()} throws where the server cannot be asked.
     */
    public java.util.concurrent.locks.Lock asJavaLock() {
        return new JavaLock(this, key);
    }

    @Override
    public String toString() {
        return "Lock[" + key + " at " + server() + "]";
    }

    /** Builds a lock that stands alone. Not thread-safe. */
    public static final class Builder extends HandleBuilder<Builder> {
        private final String key;

        private Builder(String key) {
            this.key = key;
        }

        /**
         * The lock; nothing is sent yet.
         *
         * @throws IllegalArgumentException when the key cannot be one
         */
        public Lock build() {
            return new Lock(key, options(), new Members());
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
