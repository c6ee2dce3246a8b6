package io.dflockd.client;

import io.dflockd.client.error.LossReason;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.hold.Acquirer;
import io.dflockd.client.internal.hold.Hold;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What one candidate does at the moment - nothing, campaign, lead - and who is told of it, in order. */
final class Leading {
    private final Acquirer acquirer;
    private final LeadershipListener listener;
    private final Leaderships led;
    private final Executor callbacks;
    /** Null where there was none, or the latest is over. */
    private final AtomicReference<@Nullable Campaign> current = new AtomicReference<>();

    Leading(Acquirer acquirer, LeadershipListener listener, Leaderships led, Executor callbacks) {
        this.acquirer = acquirer;
        this.listener = listener;
        this.led = led;
        this.callbacks = callbacks;
    }

    /** A campaign, and the leadership that may come of it. */
    private static final class Campaign {
        final CompletableFuture<Optional<Hold>> result = new CompletableFuture<>();
        /** Whether it is settled that it leads, or that whoever asked has left. */
        final AtomicBoolean settled = new AtomicBoolean();
        /** Done when nothing more is told of it. */
        final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
        volatile @Nullable Hold won;

        /** Whether it is over in a moment, once the thread that was told so has come so far. */
        boolean isGivenUp() {
            @Nullable Hold hold = won;
            return result.isCancelled() || (hold != null && hold.isOver());
        }
    }

    /** The leadership, valid or not; empty while there is none. */
    Optional<Hold> hold() {
        @Nullable Campaign mine = current.get();
        return mine == null ? Optional.empty() : Optional.ofNullable(mine.won);
    }

    void failed(Throwable failure) {
        callbacks.execute(() -> listener.failed(failure));
    }

    /**
     * Cancelling the future ends the campaign. The next one may be asked for at once, as after a leadership was released: it
     * begins when all is told of the former.
     */
    CompletableFuture<Optional<Hold>> campaign(Duration wait) {
        var mine = new Campaign();
        @Nullable Campaign former = begin(mine);
        if (former == null) {
            campaign(mine, wait);
        } else {
            var unused = former.over.thenRun(() -> campaign(mine, wait));
        }
        return mine.result;
    }

    private void campaign(Campaign mine, Duration wait) {
        if (mine.result.isDone()) { // whoever asked has left already
            over(mine);
            return;
        }
        var campaign = acquirer.acquire(wait);
        Futures.whenDone(campaign, (hold, failure) -> {
            if (failure == null && hold.isPresent()) {
                won(hold.get(), mine);
                return;
            }
            over(mine);
            if (failure != null) {
                mine.result.completeExceptionally(Futures.unwrap(failure));
            } else {
                mine.result.complete(hold);
            }
        });
        Futures.whenDone(mine.result, (hold, failure) -> {
            if (mine.result.isCancelled() && mine.settled.compareAndSet(false, true)) {
                Futures.cancel(campaign, late -> late.ifPresent(Hold::releaseUnnoticed));
            }
        });
    }

    private void won(Hold hold, Campaign mine) {
        if (!mine.settled.compareAndSet(false, true)) {
            over(mine);
            hold.releaseUnnoticed();
            return;
        }
        led.begun(hold);
        mine.won = hold;
        callbacks.execute(() -> listener.elected(hold));
        Futures.whenValue(hold.ended(), reason -> {
            led.ended(hold);
            end(hold, reason, mine);
        });
        if (!mine.result.complete(Optional.of(hold))) {
            hold.releaseUnnoticed();
        }
    }

    /** Returns what it begins after; null where that is over. */
    private @Nullable Campaign begin(Campaign mine) {
        while (true) {
            @Nullable Campaign former = current.get();
            if (former != null && !former.isGivenUp()) {
                throw new IllegalStateException(
                        acquirer.terms().subject() + ": this candidate leads or campaigns already");
            }
            if (current.compareAndSet(former, mine)) {
                return former;
            }
        }
    }

    /** Its listener may campaign at once, and yet hears of the next leadership after the end of this one. */
    private void end(Hold hold, Optional<LossReason> reason, Campaign mine) {
        callbacks.execute(() -> listener.ended(hold, reason));
        over(mine);
    }

    private void over(Campaign mine) {
        current.compareAndSet(mine, null);
        mine.over.complete(null);
    }
}
