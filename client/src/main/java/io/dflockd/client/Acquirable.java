package io.dflockd.client;

import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.hold.Acquirer;
import io.dflockd.client.internal.hold.Hold;
import io.dflockd.client.internal.hold.Place;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What can be acquired. A handle itself holds nothing and costs nothing: each call makes a {@link Lease} of its own, over
 * a connection of its own, and any number of threads may call at once. Nothing is re-entrant: whoever holds a lock and
 * acquires it again waits for itself.
 *
 * <p>Waiters are served in the order in which the server accepted them. A caller that is interrupted or times out, or
 * whose future is cancelled, leaves the queue.
 */
public abstract sealed class Acquirable permits Lock, Semaphore, RWLock.Side {
    private final Acquirer acquirer;
    private final Duration acquireTimeout;

    Acquirable(Acquirer acquirer, Duration acquireTimeout) {
        this.acquirer = acquirer;
        this.acquireTimeout = acquireTimeout;
    }

    /** The server that the key belongs to. */
    public final ServerAddress server() {
        return acquirer.terms().server();
    }

    /** Acquires within the handle's acquire timeout, 10 s unless set otherwise. See {@link #acquire(Duration)}. */
    public final Lease acquire() throws InterruptedException {
        return acquire(acquireTimeout);
    }

    /**
     * Acquires, waiting at most this long; connecting is included.
     *
     * @throws AcquireTimeoutException when not granted within the wait
     * @throws ConnectionFailedException when the server cannot be reached
     */
    public final Lease acquire(Duration wait) throws InterruptedException {
        return tryAcquire(wait).orElseThrow(() -> notGranted(wait));
    }

    /** Tries once: empty if it is not free, or others wait for it already. */
    public final Optional<Lease> tryAcquire() throws InterruptedException {
        return tryAcquire(Duration.ZERO);
    }

    /** Acquires, waiting at most this long; empty when not granted within it. */
    public final Optional<Lease> tryAcquire(Duration wait) throws InterruptedException {
        return Futures.getOrCancel(acquirer.acquire(Checks.notNegative("wait", wait)), Acquirable::giveBack)
                .map(hold -> hold);
    }

    /** As {@link #acquire()}. */
    public final CompletableFuture<Lease> acquireAsync() {
        return acquireAsync(acquireTimeout);
    }

    /** As {@link #acquire(Duration)}. Cancelling it leaves the queue. */
    public final CompletableFuture<Lease> acquireAsync(Duration wait) {
        var inner = acquirer.acquire(Checks.notNegative("wait", wait));
        return Futures.publish(inner.thenApply(hold -> (Lease) hold.orElseThrow(() -> notGranted(wait))),
                acquirer.terms().callbacks(), () -> Futures.cancel(inner, Acquirable::giveBack));
    }

    /** As {@link #tryAcquire(Duration)}. Cancelling it leaves the queue. */
    public final CompletableFuture<Optional<Lease>> tryAcquireAsync(Duration wait) {
        var inner = acquirer.acquire(Checks.notNegative("wait", wait));
        return Futures.publish(inner.thenApply(hold -> hold.map(lease -> lease)), acquirer.terms().callbacks(),
                () -> Futures.cancel(inner, Acquirable::giveBack));
    }

    /** Takes the hold if it is free, else a place in its queue, without waiting for the turn. */
    public final Ticket enqueue() throws InterruptedException {
        return Futures.getOrCancel(acquirer.enqueue(), Place::leave);
    }

    /** As {@link #enqueue}. */
    public final CompletableFuture<Ticket> enqueueAsync() {
        var inner = acquirer.enqueue();
        return Futures.publish(inner.thenApply(place -> place), acquirer.terms().callbacks(),
                () -> Futures.cancel(inner, Place::leave));
    }

    /** Acquires, calls, and releases, whatever the call does. */
    public final <T> T call(Duration wait, LeaseCall<T> body) throws Exception {
        try (var lease = acquire(wait)) {
            return body.call(lease);
        }
    }

    /** Work to do while something is held. */
    @FunctionalInterface
    public interface LeaseCall<T> {
        T call(Lease lease) throws Exception;
    }

    private AcquireTimeoutException notGranted(Duration wait) {
        return new AcquireTimeoutException(acquirer.terms().subject() + ": not granted within " + Words.of(wait));
    }

    private static void giveBack(Optional<Hold> late) {
        late.ifPresent(Hold::releaseUnnoticed);
    }
}
