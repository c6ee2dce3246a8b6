package io.dflockd.client.internal.hold;

import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.internal.Futures;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Takes several holds one after the other, and gives back what it has when one cannot be had or is lost meanwhile. */
public final class Gathering {
    private final List<Acquirer> wanted;
    private final boolean waits;
    private final long end;
    private final TimeSource time;
    private final CompletableFuture<Optional<List<Hold>>> result = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Hold> taken = new ArrayList<>();
    private @Nullable CompletableFuture<Optional<Hold>> next;

    private Gathering(List<Acquirer> wanted, Duration wait, TimeSource time) {
        this.wanted = wanted;
        this.waits = !wait.isZero();
        this.end = time.nanoTime() + Nanos.of(wait);
        this.time = time;
    }

    /** All of them in this order within the wait, or empty. Cancelling the future gives up what there is. */
    public static CompletableFuture<Optional<List<Hold>>> of(List<Acquirer> wanted, Duration wait, TimeSource time) {
        var gathering = new Gathering(wanted, wait, time);
        Futures.whenDone(gathering.result, (holds, failure) -> {
            if (failure != null || holds.isEmpty()) {
                gathering.giveUp();
            }
        });
        gathering.takeNext();
        return gathering.result;
    }

    /** Releases them, the last taken first, without anybody waiting for that. */
    public static void giveBack(Optional<List<Hold>> late) {
        late.ifPresent(Gathering::release);
    }

    private static void release(List<Hold> holds) {
        for (int at = holds.size() - 1; at >= 0; at--) {
            holds.get(at).releaseUnnoticed();
        }
    }

    private void takeNext() {
        CompletableFuture<Optional<Hold>> attempt;
        lock.lock();
        try {
            if (result.isDone()) {
                return;
            }
            long left = end - time.nanoTime();
            if (waits && left <= 0) {
                attempt = CompletableFuture.completedFuture(Optional.empty());
            } else {
                attempt = wanted.get(taken.size()).acquire(waits ? Duration.ofNanos(left) : Duration.ZERO);
            }
            next = attempt;
        } finally {
            lock.unlock();
        }
        Futures.whenDone(attempt, (hold, failure) -> {
            if (failure != null) {
                result.completeExceptionally(Futures.unwrap(failure));
            } else if (hold.isEmpty()) {
                result.complete(Optional.empty());
            } else {
                took(hold.get());
            }
        });
        if (result.isDone()) {
            giveUp(); // it ended while the attempt began
        }
    }

    private void took(Hold hold) {
        boolean late;
        boolean all;
        lock.lock();
        try {
            late = result.isDone();
            if (!late) {
                taken.add(hold);
            }
            all = taken.size() == wanted.size();
        } finally {
            lock.unlock();
        }
        if (late) {
            hold.releaseUnnoticed();
            return;
        }
        Futures.whenValue(hold.ended(),
                reason -> reason.ifPresent(why -> result.completeExceptionally(lost(hold, why))));
        if (all) {
            complete();
        } else {
            takeNext();
        }
    }

    private void complete() {
        List<Hold> holds;
        lock.lock();
        try {
            holds = List.copyOf(taken);
        } finally {
            lock.unlock();
        }
        for (var hold : holds) {
            if (!hold.isValid()) {
                result.completeExceptionally(lost(hold, LossReason.CONNECTION_LOST));
            }
        }
        if (!result.complete(Optional.of(holds))) {
            giveUp();
        }
    }

    private void giveUp() {
        CompletableFuture<Optional<Hold>> attempt;
        List<Hold> holds;
        lock.lock();
        try {
            attempt = next;
            holds = List.copyOf(taken);
            taken.clear();
        } finally {
            lock.unlock();
        }
        release(holds);
        if (attempt != null) {
            Futures.cancel(attempt, late -> late.ifPresent(Hold::releaseUnnoticed));
        }
    }

    private static LeaseLostException lost(Hold hold, LossReason reason) {
        return new LeaseLostException(hold + ": lost before the others were granted: " + reason, reason);
    }
}
