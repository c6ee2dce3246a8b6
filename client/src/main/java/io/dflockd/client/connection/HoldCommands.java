package io.dflockd.client.connection;

import io.dflockd.client.error.DeniedException;
import io.dflockd.client.error.LeaseExpiredException;
import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Commands for holds whatever they are of, by key: locks, permits, sides of read-write locks, leaderships. A server that
 * does not know one of them, as the existing one (Go), answers with {@link ServerErrorException}.
 */
public final class HoldCommands {
    private static final long AS_THE_SERVER_LIKES = 0;

    private final Calls calls;

    HoldCommands(Calls calls) {
        this.calls = calls;
    }

    /**
     * Has the hold outlive its connection: from now on it ends with this lease or by its token, over whatever connection.
     * It is nobody's then: {@link #holders} names no client for it, and its end is no {@link io.dflockd.client.event.LossEvent}.
     *
     * @param lease how long it goes on from now; {@link LockCommands#renew(String, String, Duration)} and its like still
     *            begin it anew
     * @throws LeaseExpiredException when this found the lease run out
     * @throws ServerErrorException when there is no such hold (any more)
     */
    public Renewal keep(String key, String token, Duration lease) throws InterruptedException {
        return calls.call(keepRequest(key, token, lease), Calls::renewed);
    }

    /** As {@link #keep}. */
    public CompletableFuture<Renewal> keepAsync(String key, String token, Duration lease) {
        return calls.callAsync(keepRequest(key, token, lease), Calls::renewed);
    }

    /** @see #downgrade(String, String, Duration) */
    public Grant downgrade(String key, String token) throws InterruptedException {
        return downgrade(key, token, null);
    }

    /**
     * Makes a read hold of a write hold. Nobody else holds the key in between; readers that are first in the queue join.
     * From now on {@link Connection#readLocks} renews and releases it.
     *
     * @param lease how long it goes on from now; null for the server's default
     * @return with the same token and fence as before
     * @throws LeaseExpiredException when this found the lease run out
     * @throws ServerErrorException when there is no such hold (any more), or it is no write hold
     */
    public Grant downgrade(String key, String token, @Nullable Duration lease) throws InterruptedException {
        return calls.call(downgradeRequest(key, token, lease), Calls::granted);
    }

    /** As {@link #downgrade(String, String, Duration)}. */
    public CompletableFuture<Grant> downgradeAsync(String key, String token, @Nullable Duration lease) {
        return calls.callAsync(downgradeRequest(key, token, lease), Calls::granted);
    }

    /** Who holds the key and who waits for it, as a JSON object on one line; never with a token. */
    public String holders(String key) throws InterruptedException {
        return calls.call(new Request.Holders(Checks.key(key), AS_THE_SERVER_LIKES), Calls::text);
    }

    /**
     * As {@link #holders(String)}, with at most so many holders and as many waiters. How many there are in all is told
     * besides.
     */
    public String holders(String key, int limit) throws InterruptedException {
        return calls.call(holdersRequest(key, limit), Calls::text);
    }

    /** As {@link #holders(String)}. */
    public CompletableFuture<String> holdersAsync(String key) {
        return calls.callAsync(new Request.Holders(Checks.key(key), AS_THE_SERVER_LIKES), Calls::text);
    }

    /** As {@link #holders(String, int)}. */
    public CompletableFuture<String> holdersAsync(String key, int limit) {
        return calls.callAsync(holdersRequest(key, limit), Calls::text);
    }

    /**
     * Takes the hold with this fence away from its holder, and lets the next one have it. Only for who has shown the
     * server's token of administrators with {@link Connection#authenticate}.
     *
     * @throws DeniedException when it was not shown, or the server has none
     * @throws ServerErrorException when no hold of the key has this fence (any more)
     */
    public void revoke(String key, long fence) throws InterruptedException {
        var unused = calls.call(revokeRequest(key, fence), Calls::ok);
    }

    /** As {@link #revoke}. */
    public CompletableFuture<Void> revokeAsync(String key, long fence) {
        return calls.doAsync(revokeRequest(key, fence));
    }

    private Request keepRequest(String key, String token, Duration lease) {
        return new Request.Keep(Checks.key(key), Checks.token("token", token),
                calls.leaseMs(Checks.positive("lease TTL", lease)), DurationForm.SECONDS);
    }

    private Request downgradeRequest(String key, String token, @Nullable Duration lease) {
        return new Request.Downgrade(Checks.key(key), Checks.token("token", token), calls.leaseMs(lease),
                DurationForm.SECONDS);
    }

    private static Request holdersRequest(String key, int limit) {
        return new Request.Holders(Checks.key(key), Checks.atLeast(1, "limit", limit));
    }

    private static Request revokeRequest(String key, long fence) {
        return new Request.Revoke(Checks.key(key), Checks.fence(fence));
    }
}
