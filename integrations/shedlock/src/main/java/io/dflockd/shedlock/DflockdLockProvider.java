package io.dflockd.shedlock;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.error.DflockdException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.support.LockException;

/**
 * Keeps ShedLock's locks as exclusive locks of a dflockd server: the lock {@code nightly} is the key
 * {@code shedlock/nightly}.
 *
 * <pre>{@code
 * @Bean
 * LockProvider lockProvider(DflockdClient client) {
 *     return new DflockdLockProvider(client);
 * }
 * }</pre>
 *
 * <p>As ShedLock promises, a lock belongs to no process once it is taken: it goes on until it is released, or
 * {@code lockAtMostFor} has passed on the server's clock, whether its process lives or not; and one that is released before
 * {@code lockAtLeastFor} goes on for the rest of that. No wall clock decides, neither the server's nor a node's. For this the
 * server must know how to keep a hold ({@code keep} in its {@code hello}), which the existing one (Go) does not.
 * {@link #releaseOnCrash} has a lock end with its process instead.
 *
 * <p>The client stays the caller's, who closes it. Thread-safe; waits for the server, at most for the client's connect and
 * response time-outs.
 */
public final class DflockdLockProvider implements ExtensibleLockProvider {
    private static final String PREFIX = "shedlock/";
    /** The client takes none that is shorter. The hold is kept for as long as was asked for all the same. */
    private static final Duration SHORTEST_LEASE = Duration.ofMillis(250);
    /** For how long a lock that stays with its session goes on when nothing is heard of its process. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final DflockdClient client;
    private final String keyPrefix;
    private final boolean releasesOnCrash;

    /** With keys that begin with {@code shedlock/}. */
    public DflockdLockProvider(DflockdClient client) {
        this(client, PREFIX);
    }

    /** @param keyPrefix stands before the name of the lock; may be empty */
    public DflockdLockProvider(DflockdClient client, String keyPrefix) {
        this(client, keyPrefix, false);
    }

    private DflockdLockProvider(DflockdClient client, String keyPrefix, boolean releasesOnCrash) {
        this.client = Objects.requireNonNull(client);
        this.keyPrefix = Objects.requireNonNull(keyPrefix);
        this.releasesOnCrash = releasesOnCrash;
    }

    /**
     * A provider whose locks stay with the session of the client: when the process crashes, the lock is free as soon as the
     * session's grace has passed (10 s unless set otherwise), and not only after {@code lockAtMostFor}. For long tasks, whose
     * {@code lockAtMostFor} is long or which {@code KeepAliveLockProvider} extends.
     *
     * <p>While its process lives, such a lock is renewed, and released when {@code lockAtMostFor} has passed by the clock of
     * this process; one that stands still at that moment keeps it for as long as its session lasts, 30 s at most. One that is
     * unlocked before {@code lockAtLeastFor} goes on for the rest of that, whatever becomes of the process. Where the
     * client's leases do not survive their connection (a grace of zero, the Go server), the end of a connection frees it too.
     *
     * @return a copy; this one stays as it is
     */
    public DflockdLockProvider releaseOnCrash() {
        return new DflockdLockProvider(client, keyPrefix, true);
    }

    /**
     * Tries once.
     *
     * @return empty when somebody else has it
     * @throws LockException when the server cannot be asked, does not answer or refuses: then the task must not run
     */
    @Override
    public Optional<SimpleLock> lock(LockConfiguration configuration) {
        var key = keyPrefix + configuration.getName();
        var most = configuration.getLockAtMostFor();
        // One that is as short as this ends before any grace.
        boolean withSession = releasesOnCrash && most.compareTo(SHORTEST_LEASE) >= 0;
        long from = System.nanoTime();
        try {
            return withSession ? lockWithSession(key, configuration, from) : lockAlone(key, configuration, from);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockException("interrupted while " + key + " was to be locked", e);
        } catch (DflockdException e) {
            throw new LockException(key + " cannot be locked: " + e.getMessage(), e);
        }
    }

    private Optional<SimpleLock> lockWithSession(String key, LockConfiguration configuration, long from)
            throws InterruptedException {
        var most = configuration.getLockAtMostFor();
        var ttl = most.compareTo(LONGEST_SILENCE) < 0 ? most : LONGEST_SILENCE;
        return client.lock(key)
                .withTtl(ttl)
                .tryAcquire()
                .map(lease -> new SessionLock(lease, configuration, from));
    }

    private Optional<SimpleLock> lockAlone(String key, LockConfiguration configuration, long from)
            throws InterruptedException {
        var most = configuration.getLockAtMostFor();
        var ttl = most.compareTo(SHORTEST_LEASE) > 0 ? most : SHORTEST_LEASE;
        var taken = client.lock(key).withTtl(ttl).withoutRenewal().tryAcquire();
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        var lease = taken.get();
        if (!lease.keep(most)) {
            throw new LockException(key + " was given back: the server did not say that it keeps it. One from before "
                    + "0.1 and the Go server do not know how");
        }
        return Optional.of(new KeptLock(client.kept(key, lease.token(), LeaseMode.LOCK), configuration, from));
    }

    /** How long ago that was. */
    static Duration since(long nanos) {
        return Duration.ofNanos(Math.max(0, System.nanoTime() - nanos));
    }
}
