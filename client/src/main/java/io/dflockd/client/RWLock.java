package io.dflockd.client;

import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.client.internal.hold.HoldTerms;
import io.dflockd.protocol.HoldFamily;
import java.time.Duration;
import java.util.concurrent.locks.ReadWriteLock;

/**
 * A read-write lock by name, shared by all clients of a server: many readers or one writer. Waiting is in order of
 * arrival, so a writer that waits holds back the readers after it, and none starves. A lease knows its side, so one
 * {@link Lease#release()} fits both. There is no upgrade: whoever reads and asks to write waits for itself; the other way
 * there is {@link Lease#downgrade()}. Thread-safe.
 */
public final class RWLock {
    private final String key;
    private final HandleOptions options;
    private final Members members;
    private final Side read;
    private final Side write;

    RWLock(String key, HandleOptions options, Members members) {
        this.key = key;
        this.options = options;
        this.members = members;
        this.read = new Side(key, options, HoldFamily.READ, members);
        this.write = new Side(key, options, HoldFamily.WRITE, members);
    }

    /** A read-write lock that stands alone. */
    public static Builder builder(String key) {
        return new Builder(key);
    }

    public String key() {
        return key;
    }

    /** This lock with another lease TTL, see {@link HandleBuilder#leaseTtl}. Holds that were taken before keep theirs. */
    public RWLock withTtl(Duration ttl) {
        return new RWLock(key, options.withTtl(ttl), members);
    }

    /** This lock with another time that {@link #readLock()} waits where none is given. */
    public RWLock withAcquireTimeout(Duration timeout) {
        return new RWLock(key, options.withAcquireTimeout(timeout), members);
    }

    /** This lock with leases that nobody renews: each is lost after its TTL, and told so, unless it is released before. */
    public RWLock withoutRenewal() {
        return new RWLock(key, options.withoutRenewal(), members);
    }

    /** The shared side. */
    public Side read() {
        return read;
    }

    /** The exclusive side. */
    public Side write() {
        return write;
    }

    /** Acquires the shared side within the acquire timeout. See {@link Acquirable#acquire()}. */
    public Lease readLock() throws InterruptedException {
        return read.acquire();
    }

    /** Acquires the exclusive side within the acquire timeout. See {@link Acquirable#acquire()}. */
    public Lease writeLock() throws InterruptedException {
        return write.acquire();
    }

    /** This lock for code that wants the JDK's interface, under the terms of {@link Lock#asJavaLock()}. */
    public ReadWriteLock asReadWriteLock() {
        var readLock = new JavaLock(read, key);
        var writeLock = new JavaLock(write, key);
        return new ReadWriteLock() {
            @Override
            public java.util.concurrent.locks.Lock readLock() {
                return readLock;
            }

            @Override
            public java.util.concurrent.locks.Lock writeLock() {
                return writeLock;
            }
        };
    }

    @Override
    public String toString() {
        return "RWLock[" + key + " at " + read.server() + "]";
    }

    /** One side of a read-write lock. */
    public static final class Side extends Acquirable {
        private final String name;

        private Side(String key, HandleOptions options, HoldFamily family, Members members) {
            super(options.acquirer(family, key, 1, members), options.acquireTimeout());
            this.name = "RWLock." + HoldTerms.modeOf(family) + "[" + key + "]";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Builds a read-write lock that stands alone. Not thread-safe. */
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
        public RWLock build() {
            return new RWLock(key, options(), new Members());
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
