package io.dflockd.client.internal.hold;

import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Outcome;
import io.dflockd.client.internal.SerialExecutor;
import io.dflockd.client.internal.link.Link;
import io.dflockd.protocol.HoldFamily;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Reply;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A lease as users see it; {@link LeaseKeeper} does the work. */
public final class Hold implements Lease {
    private final HoldTerms terms;
    private final LeaseKeeper keeper;
    private final Executor callbacks;
    private final AtomicReference<@Nullable CompletableFuture<LossReason>> told = new AtomicReference<>();

    private Hold(HoldTerms terms, LeaseKeeper keeper) {
        this.terms = terms;
        this.keeper = keeper;
        this.callbacks = new SerialExecutor(terms.callbacks());
    }

    /**
     * Begins to look after a grant.
     *
     * @param sentAt when the request that proves the lease was sent
     */
    static Hold of(HoldTerms terms, Link link, Reply.Granted grant, long leaseMs, long sentAt) {
        var keeper = new LeaseKeeper(terms, link, grant, leaseMs, sentAt);
        var hold = new Hold(terms, keeper);
        var unused = hold.onLost(reason -> terms.onLost().lost(hold, reason));
        terms.dialer().meter().observers().hold(hold, hold.ended(), terms.time());
        keeper.start(leaseMs, sentAt);
        return hold;
    }

    @Override
    public String key() {
        return Octets.toText(terms.key());
    }

    @Override
    public String token() {
        return Octets.toText(keeper.token());
    }

    @Override
    public long fence() {
        return keeper.fence();
    }

    @Override
    public LeaseMode mode() {
        return terms.mode();
    }

    @Override
    public ServerAddress server() {
        return terms.server();
    }

    @Override
    public boolean isValid() {
        return keeper.remainingNanos() > 0;
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(keeper.remainingNanos());
    }

    @Override
    public void ensureValid() {
        if (isValid()) {
            return;
        }
        if (keeper.isReleased()) {
            throw new IllegalStateException(this + " was released");
        }
        var reason = keeper.lossReason();
        throw new LeaseLostException(terms.subject() + ": the hold is lost or not proved any more: " + reason
                + " (fence " + fence() + ")", reason);
    }

    @Override
    public Lease onLost(Consumer<LossReason> callback) {
        var unused = keeper.ending().lost().thenAccept(reason -> callbacks.execute(() -> callback.accept(reason)));
        return this;
    }

    @Override
    public CompletableFuture<LossReason> lost() {
        var known = told.get();
        if (known == null) {
            told.compareAndSet(null, Outcome.of(keeper.ending().lost(), callbacks));
        }
        return Objects.requireNonNull(told.get());
    }

    @Override
    public boolean release() throws InterruptedException {
        return Futures.get(keeper.releaseHere());
    }

    @Override
    public CompletableFuture<Boolean> releaseAsync() {
        return Futures.publish(keeper.release(), terms.callbacks(), () -> {});
    }

    @Override
    public boolean keep(Duration lease) throws InterruptedException {
        return Futures.get(passOn(lease));
    }

    @Override
    public CompletableFuture<Boolean> keepAsync(Duration lease) {
        return Futures.publish(passOn(lease), terms.callbacks(), () -> {});
    }

    @Override
    public Lease downgrade() throws InterruptedException {
        return Futures.getOrCancel(toReader(), Hold::releaseUnnoticed);
    }

    @Override
    public CompletableFuture<Lease> downgradeAsync() {
        var inner = toReader();
        Runnable leave = () -> Futures.cancel(inner, Hold::releaseUnnoticed);
        return Futures.publishHold(inner.thenApply(hold -> hold), terms.callbacks(), leave, late -> leave.run());
    }

    private CompletableFuture<Boolean> passOn(Duration lease) {
        var request = terms.keep(keeper.token(), Checks.positive("lease TTL", lease));
        @Nullable Link over = keeper.detach();
        return over == null
                ? CompletableFuture.completedFuture(false)
                // Behind a renewal, which would begin the lease anew.
                : keeper.quiet().thenCompose(quiet -> Passing.keep(terms, over, keeper.token(), request));
    }

    private CompletableFuture<Hold> toReader() {
        if (terms.family() != HoldFamily.WRITE) {
            throw new IllegalStateException(this + ": only the exclusive side of a read-write lock has a shared one");
        }
        @Nullable Link over = keeper.detach();
        if (over == null) {
            ensureValid();
            throw new LeaseLostException(terms.subject() + ": the hold was lost at this moment", LossReason.REVOKED);
        }
        return Passing.downgrade(terms, over, keeper.token());
    }

    @Override
    public void close() {
        var release = keeper.releaseHere();
        if (Thread.currentThread().isInterrupted()) {
            return; // it goes on in the background
        }
        try {
            var unused = Futures.get(release);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it was lost or released, though nobody may have been told yet. Never again otherwise. */
    public boolean isOver() {
        return keeper.isOver();
    }

    /** Completes when the hold is lost, with why, or begins to be released, with empty; nothing there may block. */
    public CompletableFuture<Optional<LossReason>> ended() {
        return keeper.ending().ended();
    }

    /** Runs the task at once when the hold is lost; it must not block. */
    public void whenLost(Runnable task) {
        var unused = keeper.ending().lost().thenRun(task);
    }

    /** Gives the hold back without anybody waiting for that. */
    public void releaseUnnoticed() {
        var unused = keeper.release();
    }

    @Override
    public String toString() {
        return "Lease[" + key() + ", " + mode() + ", fence=" + fence() + ", " + server() + "]";
    }
}
