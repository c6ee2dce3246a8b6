package io.dflockd.client;

import io.dflockd.client.error.LossReason;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.hold.Acquirer;
import io.dflockd.client.internal.hold.Hold;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What one candidate does at the moment - nothing, campaign, lead - and who is told of it, in order. */
final class Leading {
    private final Acquirer acquirer;
    private final LeadershipListener listener;
    private final Leaderships led;
    private final Executor callbacks;
    /** Held while one leadership ends and the next campaign begins. */
    private final ReentrantLock turn = new ReentrantLock();
    /** Empty future while campaigning, done while leading, null otherwise. */
    private final AtomicReference<@Nullable CompletableFuture<Optional<Hold>>> current = new AtomicReference<>();

    Leading(Acquirer acquirer, LeadershipListener listener, Leaderships led, Executor callbacks) {
        this.acquirer = acquirer;
        this.listener = listener;
        this.led = led;
        this.callbacks = callbacks;
    }

    /** The leadership, valid or not; empty while there is none. */
    Optional<Hold> hold() {
        var mine = current.get();
        return mine == null || mine.isCompletedExceptionally() ? Optional.empty() : mine.getNow(Optional.empty());
    }

    void failed(Throwable failure) {
        callbacks.execute(() -> listener.failed(failure));
    }

    /** Cancelling the future ends the campaign. */
    CompletableFuture<Optional<Hold>> campaign(Duration wait) {
        var mine = new CompletableFuture<Optional<Hold>>();
        if (!begin(mine)) {
            throw new IllegalStateException(
                    acquirer.terms().subject() + ": this candidate leads or campaigns already");
        }
        var campaign = acquirer.acquire(wait);
        Futures.whenDone(campaign, (hold, failure) -> {
            if (failure == null && hold.isPresent()) {
                led.begun(hold.get());
                if (mine.complete(hold)) {
                    lead(hold.get(), mine);
                    return;
                }
                led.ended(hold.get());
            }
            current.compareAndSet(mine, null);
            if (failure != null) {
                mine.completeExceptionally(Futures.unwrap(failure));
            } else if (!mine.complete(hold)) {
                hold.ifPresent(Hold::releaseUnnoticed);
            }
        });
        Futures.whenDone(mine, (hold, failure) -> {
            if (mine.isCancelled()) {
                Futures.cancel(campaign, late -> late.ifPresent(Hold::releaseUnnoticed));
            }
        });
        return mine;
    }

    private void lead(Hold hold, CompletableFuture<Optional<Hold>> mine) {
        callbacks.execute(() -> listener.elected(hold));
        Futures.whenValue(hold.ended(), reason -> {
            led.ended(hold);
            end(hold, reason, mine);
        });
    }

    private boolean begin(CompletableFuture<Optional<Hold>> mine) {
        turn.lock();
        try {
            return current.compareAndSet(null, mine);
        } finally {
            turn.unlock();
        }
    }

    /** Its listener may campaign at once, and yet hears of the next leadership after the end of this one. */
    private void end(Hold hold, Optional<LossReason> reason, CompletableFuture<Optional<Hold>> mine) {
        turn.lock();
        try {
            callbacks.execute(() -> listener.ended(hold, reason));
            current.compareAndSet(mine, null);
        } finally {
            turn.unlock();
        }
    }
}
