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
 *
 * <p>The client stays the caller's, who closes it. Thread-safe; waits for the server, at most for the client's connect and
 * response time-outs.
 */
public final class DflockdLockProvider implements ExtensibleLockProvider {
    private static final String PREFIX = "shedlock/";
    /** The client takes none that is shorter. The hold is kept for as long as was asked for all the same. */
    private static final Duration SHORTEST_LEASE = Duration.ofMillis(250);

    private final DflockdClient client;
    private final String keyPrefix;

    /** With keys that begin with {@code shedlock/}. */
    public DflockdLockProvider(DflockdClient client) {
        this(client, PREFIX);
    }

    /** @param keyPrefix stands before the name of the lock; may be empty */
    public DflockdLockProvider(DflockdClient client, String keyPrefix) {
        this.client = Objects.requireNonNull(client);
        this.keyPrefix = Objects.requireNonNull(keyPrefix);
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
        long from = System.nanoTime();
        try {
            var taken = client.lock(key).withTtl(longer(most, SHORTEST_LEASE)).withoutRenewal().tryAcquire();
            if (taken.isEmpty()) {
                return Optional.empty();
            }
            var lease = taken.get();
            if (!lease.keep(most)) {
                throw new LockException(
                        key + " was given back: the server did not say that it keeps it. One from before "
                                + "0.1 and the Go server do not know how");
            }
            return Optional.of(new KeptLock(client.kept(key, lease.token(), LeaseMode.LOCK), configuration, from));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockException("interrupted while " + key + " was to be locked", e);
        } catch (DflockdException e) {
            throw new LockException(key + " cannot be locked: " + e.getMessage(), e);
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** How long ago that was. */
    static Duration since(long nanos) {
        return Duration.ofNanos(Math.max(0, System.nanoTime() - nanos));
    }
}
