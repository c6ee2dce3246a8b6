package io.dflockd.client.connection;

import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.LeaseExpiredException;
import io.dflockd.client.error.NotQueuedException;
import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.call.Calls;
import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.HoldFamily;
import io.dflockd.protocol.Request;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The commands for exclusive locks, or for one side of read-write locks. Nothing is renewed or released by itself, but a
 * server releases what a connection held when it ends.
 *
 * <p>Times that are no whole seconds need a server that has announced milliseconds, see {@link Connection#hello}. A lease
 * of null is the server's default, 33 s unless set otherwise.
 */
public final class LockCommands {
    private static final long ONE = 1;

    private final Calls calls;
    private final HoldFamily family;

    LockCommands(Calls calls, HoldFamily family) {
        this.calls = calls;
        this.family = family;
    }

    /** @see #acquire(String, Duration, Duration) */
    public Grant acquire(String key, Duration wait) throws InterruptedException {
        return acquire(key, wait, null);
    }

    /**
     * Takes the lock, or waits its turn for it; a wait of zero tries once.
     *
     * @throws AcquireTimeoutException when not granted within the wait
     */
    public Grant acquire(String key, Duration wait, @Nullable Duration lease) throws InterruptedException {
        return calls.call(acquireRequest(key, wait, lease), Calls::granted);
    }

    /** As {@link #acquire(String, Duration, Duration)}. Cancelling it while it waits closes the connection. */
    public CompletableFuture<Grant> acquireAsync(String key, Duration wait, @Nullable Duration lease) {
        return calls.callAsync(acquireRequest(key, wait, lease), Calls::granted);
    }

    /** @see #enqueue(String, Duration) */
    public Optional<Grant> enqueue(String key) throws InterruptedException {
        return enqueue(key, null);
    }

    /**
     * Takes the lock if it is free, else a place in its queue. {@link #await} then collects the grant; its lease runs
     * from the moment the turn comes, waited for or not.
     *
     * @return the grant, or empty when queued
     */
    public Optional<Grant> enqueue(String key, @Nullable Duration lease) throws InterruptedException {
        return calls.call(enqueueRequest(key, lease), Calls::grantedOrQueued);
    }

    /** As {@link #enqueue(String, Duration)}. */
    public CompletableFuture<Optional<Grant>> enqueueAsync(String key, @Nullable Duration lease) {
        return calls.callAsync(enqueueRequest(key, lease), Calls::grantedOrQueued);
    }

    /**
     * Waits for the turn of the place that {@link #enqueue} took. The place is gone afterwards, whatever the outcome.
     *
     * @throws AcquireTimeoutException when the turn does not come within the wait
     * @throws NotQueuedException when this connection has no place in the queue
     */
    public Grant await(String key, Duration wait) throws InterruptedException {
        return calls.call(awaitRequest(key, wait), Calls::granted);
    }

    /** As {@link #await}. Cancelling it while it waits closes the connection. */
    public CompletableFuture<Grant> awaitAsync(String key, Duration wait) {
        return calls.callAsync(awaitRequest(key, wait), Calls::granted);
    }

    /** @see #renew(String, String, Duration) */
    public Renewal renew(String key, String token) throws InterruptedException {
        return renew(key, token, null);
    }

    /**
     * Begins the lease of a hold anew, with this length: the one it was acquired with is not remembered.
     *
     * @throws LeaseExpiredException when this renewal found the lease run out
     * @throws ServerErrorException when there is no such hold (any more)
     */
    public Renewal renew(String key, String token, @Nullable Duration lease) throws InterruptedException {
        return calls.call(renewRequest(key, token, lease), Calls::renewed);
    }

    /** As {@link #renew(String, String, Duration)}. */
    public CompletableFuture<Renewal> renewAsync(String key, String token, @Nullable Duration lease) {
        return calls.callAsync(renewRequest(key, token, lease), Calls::renewed);
    }

    /**
     * Gives the hold with this token back.
     *
     * @throws ServerErrorException when there is no such hold (any more)
     */
    public void release(String key, String token) throws InterruptedException {
        var unused = calls.call(releaseRequest(key, token), Calls::ok);
    }

    /** As {@link #release}. */
    public CompletableFuture<Void> releaseAsync(String key, String token) {
        return calls.doAsync(releaseRequest(key, token));
    }

    private Request acquireRequest(String key, Duration wait, @Nullable Duration lease) {
        return new Request.Acquire(family.acquire(), Checks.key(key), calls.ms("wait", wait), ONE,
                calls.leaseMs(lease), DurationForm.SECONDS);
    }

    private Request enqueueRequest(String key, @Nullable Duration lease) {
        return new Request.Enqueue(family.enqueue(), Checks.key(key), ONE, calls.leaseMs(lease), DurationForm.SECONDS);
    }

    private Request awaitRequest(String key, Duration wait) {
        return new Request.Wait(family.await(), Checks.key(key), calls.ms("wait", wait),
                DurationForm.SECONDS);
    }

    private Request renewRequest(String key, String token, @Nullable Duration lease) {
        return new Request.Renew(family.renew(), Checks.key(key), Checks.token("token", token),
                calls.leaseMs(lease), DurationForm.SECONDS);
    }

    private Request releaseRequest(String key, String token) {
        return new Request.Release(family.release(), Checks.key(key), Checks.token("token", token));
    }
}
