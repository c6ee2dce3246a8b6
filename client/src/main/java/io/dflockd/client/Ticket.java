package io.dflockd.client;

import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.LeaseExpiredException;
import io.dflockd.client.error.NotQueuedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The first of two phases: the hold, if it was free, or a place in its queue that was taken without waiting. Between the
 * phases there is time for other things: the place moves up meanwhile, and survives a break of the connection as all that a
 * client has.
 *
 * <p>When the turn comes, the lease begins at the server, whether somebody waits for it or not. So wait soon, or the lease
 * runs out ({@link LeaseExpiredException}).
 */
public interface Ticket extends AutoCloseable {
    String key();

    /** The hold, if it was free at once or has been waited for; else this is a place in the queue. */
    Optional<Lease> lease();

    /** Whether there is a hold already. */
    default boolean isAcquired() {
        return lease().isPresent();
    }

    /**
     * Waits for the turn; returns at once where the hold is there already. When the turn does not come, or the caller is
     * interrupted, the place is left at once; a grant that comes at the same moment is given back.
     *
     * @throws AcquireTimeoutException when the turn does not come within the wait
     * @throws NotQueuedException when the place is gone, or waited for elsewhere
     * @throws LeaseExpiredException when the turn came, but too long ago
     */
    Lease await(Duration wait) throws InterruptedException;

    /** As {@link #await}, with empty for a turn that does not come. */
    Optional<Lease> tryAwait(Duration wait) throws InterruptedException;

    /**
     * As {@link #tryAwait}. However its user completes it - by cancelling, {@code orTimeout} and its like, a {@code get} that
     * runs out of time - the place is left, or the hold given back that it has become.
     */
    CompletableFuture<Optional<Lease>> tryAwaitAsync(Duration wait);

    /** Releases the hold or gives the place up. */
    @Override
    void close();
}
