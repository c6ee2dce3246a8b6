package io.dflockd.client;

import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.hold.Gathering;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.client.internal.hold.Hold;
import io.dflockd.protocol.HoldFamily;
import io.dflockd.protocol.Octets;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Several locks as one: whoever acquires it has all of them, or none.
 *
 * <p><b>No deadlock.</b> The locks are taken one after the other, those of the first server first, and at one server in the
 * order of the bytes of their keys (UTF-8, unsigned). Clients that name the same servers in the same order take them all in this
 * order, so none waits for another in a circle, also over several servers. A program that takes single locks beside it,
 * while it holds some, has to keep to that order itself. A key that is named twice is taken once.
 *
 * <p>What was taken is held while the next is waited for. When one of them cannot be had in time, fails, or is lost
 * meanwhile, all are given back. Everything else is as for a {@link Lock}. Thread-safe.
 */
public final class MultiLock {
    /** One acquire takes so many rounds at most. */
    private static final int MAX_KEYS = 1_000;

    private final List<String> keys;
    private final HandleOptions options;
    private final Members members;

    MultiLock(Collection<String> keys, HandleOptions options, Members members) {
        this.keys = inOrder(keys, options);
        this.options = options;
        this.members = members;
        if (this.keys.isEmpty() || this.keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException(this.keys.size() + " keys; valid is 1 to " + MAX_KEYS);
        }
    }

    /** In the order in which they are taken. */
    public List<String> keys() {
        return keys;
    }

    /** This lock with another lease TTL, see {@link HandleBuilder#leaseTtl}. Holds that were taken before keep theirs. */
    public MultiLock withTtl(Duration ttl) {
        return new MultiLock(keys, options.withTtl(ttl), members);
    }

    /** This lock with another time that {@link #acquire()} waits where none is given. */
    public MultiLock withAcquireTimeout(Duration timeout) {
        return new MultiLock(keys, options.withAcquireTimeout(timeout), members);
    }

    /** Acquires all within the handle's acquire timeout, 10 s unless set otherwise. See {@link #acquire(Duration)}. */
    public MultiLease acquire() throws InterruptedException {
        return acquire(options.acquireTimeout());
    }

    /**
     * Acquires all, waiting at most this long for them together.
     *
     * @throws AcquireTimeoutException when not all were granted within the wait
     * @throws LeaseLostException when one was lost before all were granted
     */
    public MultiLease acquire(Duration wait) throws InterruptedException {
        return tryAcquire(wait).orElseThrow(() -> notGranted(wait));
    }

    /** Tries once: empty if one of them is not free, or others wait for it already. */
    public Optional<MultiLease> tryAcquire() throws InterruptedException {
        return tryAcquire(Duration.ZERO);
    }

    /** As {@link #acquire(Duration)}; empty when not all were granted within the wait. */
    public Optional<MultiLease> tryAcquire(Duration wait) throws InterruptedException {
        return Futures.getOrCancel(gather(wait), Gathering::giveBack).map(this::lease);
    }

    /** As {@link #acquire(Duration)}. However its user completes it, all is given up, as with {@link Acquirable}. */
    public CompletableFuture<MultiLease> acquireAsync(Duration wait) {
        return publish(wait, holds -> lease(holds.orElseThrow(() -> notGranted(wait))));
    }

    /** As {@link #tryAcquire(Duration)}. However its user completes it, all is given up, as with {@link Acquirable}. */
    public CompletableFuture<Optional<MultiLease>> tryAcquireAsync(Duration wait) {
        return publish(wait, holds -> holds.map(this::lease));
    }

    @Override
    public String toString() {
        return "MultiLock" + keys;
    }

    private <T> CompletableFuture<T> publish(Duration wait, Function<Optional<List<Hold>>, T> as) {
        var inner = gather(wait);
        Runnable leave = () -> Futures.cancel(inner, Gathering::giveBack);
        return Futures.publishHold(inner.thenApply(as), options.callbacks(), leave, late -> leave.run());
    }

    private CompletableFuture<Optional<List<Hold>>> gather(Duration wait) {
        var acquirers = keys.stream().map(key -> options.acquirer(HoldFamily.LOCK, key, 1, members)).toList();
        return Gathering.of(acquirers, Checks.notNegative("wait", wait), options.time());
    }

    private MultiLease lease(List<Hold> holds) {
        return new MultiLease(holds, options.callbacks());
    }

    private AcquireTimeoutException notGranted(Duration wait) {
        return new AcquireTimeoutException(this + ": not all were granted within " + Words.of(wait));
    }

    private static List<String> inOrder(Collection<String> keys, HandleOptions options) {
        return keys.stream()
                .distinct()
                .sorted(Comparator
                        .comparingInt((String key) -> options.servers().indexOf(options.dialer(key).server()))
                        .thenComparing(Octets::ofText))
                .toList();
    }
}
