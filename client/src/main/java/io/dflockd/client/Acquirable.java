package io.dflockd.client;

import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.NoAnswerException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.hold.Acquirer;
import io.dflockd.client.internal.hold.Hold;
import io.dflockd.client.internal.hold.Place;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What can be acquired. A handle itself holds nothing and costs nothing: each call makes a {@link Lease} of its own, and
 * any number of threads may call at once. All of a {@link DflockdClient} goes over its one connection to the server.
 * Nothing is re-entrant: whoever holds a lock and acquires it again waits for itself.
 *
 * <p>Waiters are served in the order in which the server accepted them. A caller that is interrupted or times out leaves
 * the queue.
 *
 * <p><b>Futures.</b> However a future that comes from here is completed by its user - cancelled, by {@code orTimeout} or
 * {@code completeOnTimeout}, or by a {@code get} that runs out of its time - the place in the queue is left at once, and a
 * grant that comes at the same moment is given back. This is so for the future itself, not for what is derived from it:
 * {@code acquireAsync().orTimeout(…)} first, {@code thenApply(…)} after. A future that is forgotten without any of that is
 * not given up: what it brings is held.
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
     * @throws NoAnswerException when the server has said nothing, not even that, a second after the wait
     * @throws ConnectionFailedException when the server cannot be reached
     */
    public final Lease acquire(Duration wait) throws InterruptedException {
        return tryAcquire(wait).orElseThrow(() -> notGranted(wait));
    }

    /**
     * Tries once: empty if it is not free, or others wait for it already. It lasts about as long as an answer takes; after
     * the response time-out, but at most 3 s, connecting included, an exception says that nobody knows.
     *
     * @throws NoAnswerException when the server is silent
     * @throws ConnectionFailedException when there is no connection in that time
     */
    public final Optional<Lease> tryAcquire() throws InterruptedException {
        return tryAcquire(Duration.ZERO);
    }

    /**
     * Acquires, waiting at most this long; empty when the server says so. Zero is as {@link #tryAcquire()}.
     *
     * @throws NoAnswerException when it says nothing for a second after that
     * @throws ConnectionFailedException when the server cannot be reached
     */
    public final Optional<Lease> tryAcquire(Duration wait) throws InterruptedException {
        return Futures.getOrCancel(acquirer.acquireHere(Checks.notNegative("wait", wait)), Acquirable::giveBack)
                .map(hold -> hold);
    }

    /** As {@link #acquire()}. */
    public final CompletableFuture<Lease> acquireAsync() {
        return acquireAsync(acquireTimeout);
    }

    /** As {@link #acquire(Duration)}. */
    public final CompletableFuture<Lease> acquireAsync(Duration wait) {
        return published(wait, hold -> hold.orElseThrow(() -> notGranted(wait)));
    }

    /** As {@link #tryAcquire(Duration)}. */
    public final CompletableFuture<Optional<Lease>> tryAcquireAsync(Duration wait) {
        return published(wait, hold -> hold.map(lease -> lease));
    }

    /** Takes the hold if it is free, else a place in its queue, without waiting for the turn. */
    public final Ticket enqueue() throws InterruptedException {
        return Futures.getOrCancel(acquirer.enqueue(), Place::leave);
    }

    /** As {@link #enqueue}. */
    public final CompletableFuture<Ticket> enqueueAsync() {
        var inner = acquirer.enqueue();
        Runnable leave = () -> Futures.cancel(inner, Place::leave);
        return Futures.publishHold(inner.thenApply(place -> place), acquirer.terms().callbacks(), leave,
                late -> leave.run());
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

    private <T> CompletableFuture<T> published(Duration wait, Function<Optional<Hold>, T> as) {
        var inner = acquirer.acquire(Checks.notNegative("wait", wait));
        Runnable leave = () -> Futures.cancel(inner, Acquirable::giveBack);
        return Futures.publishHold(inner.thenApply(as), acquirer.terms().callbacks(), leave, late -> leave.run());
    }

    private AcquireTimeoutException notGranted(Duration wait) {
        return new AcquireTimeoutException(acquirer.terms().subject() + ": not granted within " + Words.of(wait));
    }

    private static void giveBack(Optional<Hold> late) {
        late.ifPresent(Hold::releaseUnnoticed);
    }
}
