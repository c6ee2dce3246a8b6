package io.dflockd.client;

import io.dflockd.client.error.LimitMismatchException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.protocol.HoldFamily;
import java.time.Duration;

/**
 * A semaphore by name, shared by all clients of a server: up to {@code limit} permits are held at once, each by a
 * {@link Lease} of its own, so that the permits of a process that died come back. All clients must name the same limit
 * ({@link LimitMismatchException}). Thread-safe.
 */
public final class Semaphore extends Acquirable {
    private final String key;
    private final int limit;
    private final HandleOptions options;
    private final Members members;

    Semaphore(String key, int limit, HandleOptions options, Members members) {
        super(options.acquirer(HoldFamily.SEMAPHORE, key, Checks.atLeast(1, "limit", limit), members),
                options.acquireTimeout());
        this.key = key;
        this.limit = limit;
        this.options = options;
        this.members = members;
    }

    /** A semaphore that stands alone. */
    public static Builder builder(String key, int limit) {
        return new Builder(key, limit);
    }

    public String key() {
        return key;
    }

    /** How many permits there are. */
    public int limit() {
        return limit;
    }

    /** This semaphore with another lease TTL, see {@link HandleBuilder#leaseTtl}. Holds that were taken before keep theirs. */
    public Semaphore withTtl(Duration ttl) {
        return new Semaphore(key, limit, options.withTtl(ttl), members);
    }

    /** This semaphore with another time that {@link #acquire()} waits where none is given. */
    public Semaphore withAcquireTimeout(Duration timeout) {
        return new Semaphore(key, limit, options.withAcquireTimeout(timeout), members);
    }

    /** This semaphore with leases that nobody renews: each is lost after its TTL, and told so, unless it is released before. */
    public Semaphore withoutRenewal() {
        return new Semaphore(key, limit, options.withoutRenewal(), members);
    }

    @Override
    public String toString() {
        return "Semaphore[" + key + ", limit=" + limit + " at " + server() + "]";
    }

    /** Builds a semaphore that stands alone. Not thread-safe. */
    public static final class Builder extends HandleBuilder<Builder> {
        private final String key;
        private final int limit;

        private Builder(String key, int limit) {
            this.key = key;
            this.limit = limit;
        }

        /**
         * The semaphore; nothing is sent yet.
         *
         * @throws IllegalArgumentException when the key or the limit cannot be one
         */
        public Semaphore build() {
            return new Semaphore(key, limit, options(), new Members());
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
