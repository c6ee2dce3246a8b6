package io.dflockd.client;

import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Outcome;
import io.dflockd.client.internal.SerialExecutor;
import io.dflockd.client.internal.hold.Hold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What a {@link MultiLock} has acquired: a lease of each key, which are valid together. It is lost when the first of them
 * is; the others stay held until it is closed, so that nobody else begins while its holder stops. Thread-safe.
 */
public final class MultiLease implements AutoCloseable {
    private final Map<String, Hold> holds = new LinkedHashMap<>();
    private final CompletableFuture<Loss> first = new CompletableFuture<>();
    private final CompletableFuture<Loss> told;
    private final Executor callbacks;

    /** The first of the leases that was lost, and why. */
    public record Loss(Lease lease, LossReason reason) {}

    MultiLease(List<Hold> taken, Executor callbacks) {
        this.callbacks = new SerialExecutor(callbacks);
        this.told = Outcome.of(first, callbacks);
        for (var hold : taken) {
            holds.put(hold.key(), hold);
            Futures.whenValue(hold.ended(),
                    reason -> reason.ifPresent(why -> first.complete(new Loss(hold, why))));
        }
    }

    /** In the order in which they were taken. */
    public List<String> keys() {
        return List.copyOf(holds.keySet());
    }

    /**
     * The fence of that key, for the resource that it guards.
     *
     * @throws IllegalArgumentException when it is none of the keys
     */
    public long fence(String key) {
        var hold = holds.get(key);
        if (hold == null) {
            throw new IllegalArgumentException("key '" + key + "' is not held here; valid is one of " + keys());
        }
        return hold.fence();
    }

    /** The leases of the keys, in the order in which they were taken. Releasing one of them alone gives that one up. */
    public List<Lease> leases() {
        return List.copyOf(holds.values());
    }

    /** Whether all are held now, and provably so, and none was lost before. Costs no communication. */
    public boolean isValid() {
        return !first.isDone() && holds.values().stream().allMatch(Lease::isValid);
    }

    /** How much longer all are valid without another renewal; zero when one of them is not. */
    public Duration remaining() {
        return first.isDone()
                ? Duration.ZERO
                : holds.values().stream().map(Lease::remaining).min(Duration::compareTo).orElse(Duration.ZERO);
    }

    /**
     * Does nothing while all are valid.
     *
     * @throws LeaseLostException when one is lost, or not proved at the moment
     * @throws IllegalStateException when it was released
     */
    public void ensureValid() {
        if (first.isDone()) {
            first.join().lease().ensureValid();
        }
        holds.values().forEach(Lease::ensureValid);
    }

    /**
     * Calls back once, when the first of the leases is lost; at once if it was lost already; never if all were released. Runs
     * on the callback executor.
     *
     * @return this lease
     */
    public MultiLease onLost(LossListener callback) {
        Futures.whenValue(first, loss -> callbacks.execute(() -> callback.lost(loss.lease(), loss.reason())));
        return this;
    }

    /** Completes when the first of the leases is lost. One future for all who ask, see {@link Lease#lost()}. */
    public CompletableFuture<Loss> lost() {
        return told;
    }

    /**
     * Gives all back, the last taken first, and waits for the confirmations, at most for the response time-out.
     *
     * @return whether all were confirmed
     * @throws InterruptedException when interrupted while waiting; the releases go on in the background
     */
    public boolean release() throws InterruptedException {
        boolean all = true;
        for (var released : releases()) {
            all &= Futures.get(released);
        }
        return all;
    }

    /** Gives all back as {@link #release} does, with nothing thrown; an interrupt stays set. */
    @Override
    public void close() {
        var releases = releases();
        try {
            for (var released : releases) {
                var unused = Futures.get(released);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "MultiLease" + holds.values();
    }

    private List<CompletableFuture<Boolean>> releases() {
        var reversed = new ArrayList<>(holds.values());
        Collections.reverse(reversed);
        return reversed.stream().map(Lease::releaseAsync).toList();
    }
}
