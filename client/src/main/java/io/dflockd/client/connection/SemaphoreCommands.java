package io.dflockd.client.connection;

import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.LeaseExpiredException;
import io.dflockd.client.error.LimitMismatchException;
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
 * The commands for semaphores: up to {@code limit} may hold a permit at once, and the first to use a key sets its limit.
 * Nothing is renewed or released by itself, but a server releases what a connection held when it ends.
 *
 * <p>Times that are no whole seconds need a server that has announced milliseconds, see {@link Connection#hello}. A lease
 * of null is the server's default, 33 s unless set otherwise.
 */
public final class SemaphoreCommands {
    private final Calls calls;

    SemaphoreCommands(Calls calls) {
        this.calls = calls;
    }

    /** @see #acquire(String, int, Duration, Duration) */
    public Grant acquire(String key, int limit, Duration wait) throws InterruptedException {
        return acquire(key, limit, wait, null);
    }

    /**
     * Takes a permit, or waits its turn for one; a wait of zero tries once.
     *
     * @throws AcquireTimeoutException when not granted within the wait
     * @throws LimitMismatchException when the key is in use with another limit
     */
    public Grant acquire(String key, int limit, Duration wait, @Nullable Duration lease) throws InterruptedException {
        return calls.call(acquireRequest(key, limit, wait, lease), Calls::granted);
    }

    /** As {@link #acquire(String, int, Duration, Duration)}. Cancelling it while it waits closes the connection. */
    public CompletableFuture<Grant> acquireAsync(String key, int limit, Duration wait, @Nullable Duration lease) {
        return calls.callAsync(acquireRequest(key, limit, wait, lease), Calls::granted);
    }

    /** @see #enqueue(String, int, Duration) */
    public Optional<Grant> enqueue(String key, int limit) throws InterruptedException {
        return enqueue(key, limit, null);
    }

    /**
     * Takes a permit if one is free, else a place in the queue. {@link #await} then collects the grant; its lease runs
     * from the moment the turn comes, waited for or not.
     *
     * @return the grant, or empty when queued
     */
    public Optional<Grant> enqueue(String key, int limit, @Nullable Duration lease) throws InterruptedException {
        return calls.call(enqueueRequest(key, limit, lease), Calls::grantedOrQueued);
    }

    /** As {@link #enqueue(String, int, Duration)}. */
    public CompletableFuture<Optional<Grant>> enqueueAsync(String key, int limit, @Nullable Duration lease) {
        return calls.callAsync(enqueueRequest(key, limit, lease), Calls::grantedOrQueued);
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

    private Request acquireRequest(String key, int limit, Duration wait, @Nullable Duration lease) {
        return new Request.Acquire(HoldFamily.SEMAPHORE.acquire(), Checks.key(key), calls.ms("wait", wait),
                Checks.atLeast(1, "limit", limit),
                calls.leaseMs(lease), DurationForm.SECONDS);
    }

    private Request enqueueRequest(String key, int limit, @Nullable Duration lease) {
        return new Request.Enqueue(HoldFamily.SEMAPHORE.enqueue(), Checks.key(key), Checks.atLeast(1, "limit", limit),
                calls.leaseMs(lease), DurationForm.SECONDS);
    }

    private Request awaitRequest(String key, Duration wait) {
        return new Request.Wait(HoldFamily.SEMAPHORE.await(), Checks.key(key), calls.ms("wait", wait),
                DurationForm.SECONDS);
    }

    private Request renewRequest(String key, String token, @Nullable Duration lease) {
        return new Request.Renew(HoldFamily.SEMAPHORE.renew(), Checks.key(key), Checks.token("token", token),
                calls.leaseMs(lease), DurationForm.SECONDS);
    }

    private Request releaseRequest(String key, String token) {
        return new Request.Release(HoldFamily.SEMAPHORE.release(), Checks.key(key), Checks.token("token", token));
    }
}
