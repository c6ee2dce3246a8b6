package io.dflockd.client;

import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.protocol.HoldFamily;

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

    Lock(String key, HandleOptions options, Members members) {
        super(options.acquirer(HoldFamily.LOCK, key, 1, members), options.acquireTimeout());
        this.key = key;
    }

    /** A lock that stands alone. */
    public static Builder builder(String key) {
        return new Builder(key);
    }

    public String key() {
        return key;
    }

    /**
     * This lock for code that wants a {@link java.util.concurrent.locks.Lock}: owned by threads, and re-entrant, which
     * counts in this process only. Every call makes another one, which excludes the others.
     *
     * <p>{@code unlock()} throws {@link LeaseLostException} when the hold had been lost: the code before it ran
     * unprotected at the end. There are no conditions. Waiting is fair over all processes.
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
