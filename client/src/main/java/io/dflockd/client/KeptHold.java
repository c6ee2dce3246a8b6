package io.dflockd.client;

import io.dflockd.client.connection.Renewal;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LeaseExpiredException;
import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.HoldFamily;
import io.dflockd.protocol.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A hold that {@link Lease#keep} has left to itself, as whoever knows its key and token sees it, in this process or in
 * another one. It ends with its lease or by {@link #release}; nobody renews it, and nobody is told of its end.
 *
 * <p>Costs nothing to make and says nothing of whether there is such a hold. Thread-safe.
 */
public final class KeptHold {
    private final Calls calls;
    private final HoldFamily family;
    private final String key;
    private final String octets;
    private final String token;

    KeptHold(Calls calls, HoldFamily family, String key, String token) {
        this.calls = calls;
        this.family = family;
        this.key = key;
        this.octets = Checks.key(key);
        this.token = Checks.token("token", token);
    }

    public String key() {
        return key;
    }

    /**
     * Ends the hold.
     *
     * @return whether it was there; false when its lease had run out, somebody had released it, or an operator had taken it
     *         away
     * @throws DflockdException when the server cannot be asked, or did not answer
     */
    public boolean release() throws InterruptedException {
        return isThere(() -> calls.call(new Request.Release(family.release(), octets, token), Calls::ok));
    }

    /** As {@link #release}. */
    public CompletableFuture<Boolean> releaseAsync() {
        return isThere(calls.doAsync(new Request.Release(family.release(), octets, token)));
    }

    /**
     * Has the hold end so long from now, sooner or later than it would have. Milliseconds count, a part of one is rounded up.
     *
     * @return whether it is there, as for {@link #release}
     * @throws DflockdException when the server cannot be asked, or did not answer
     */
    public boolean endAfter(Duration lease) throws InterruptedException {
        var request = keepFor(lease);
        return isThere(() -> calls.call(request, Calls::renewed));
    }

    /** As {@link #endAfter}. */
    public CompletableFuture<Boolean> endAfterAsync(Duration lease) {
        return isThere(calls.<Renewal>callAsync(keepFor(lease), Calls::renewed));
    }

    private Request keepFor(Duration lease) {
        return new Request.Keep(octets, token, Checks.wholeMs("lease TTL", Checks.positive("lease TTL", lease)),
                DurationForm.SECONDS);
    }

    private interface Asking {
        Object ask() throws InterruptedException;
    }

    private static boolean isThere(Asking asking) throws InterruptedException {
        try {
            var unused = asking.ask();
            return true;
        } catch (LeaseExpiredException | ServerErrorException e) {
            return false;
        }
    }

    private static CompletableFuture<Boolean> isThere(CompletableFuture<?> asking) {
        return asking.handle((answer, failure) -> failure).thenCompose(failure -> {
            if (failure == null) {
                return CompletableFuture.completedFuture(true);
            }
            var cause = Futures.unwrap(failure);
            return cause instanceof LeaseExpiredException || cause instanceof ServerErrorException
                    ? CompletableFuture.completedFuture(false)
                    : CompletableFuture.failedFuture(cause);
        });
    }

    @Override
    public String toString() {
        return "KeptHold[" + key + "]";
    }
}
