package io.dflockd.client.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A future that users get. However they complete it - by cancelling, by a time-out of theirs, with a value of their own -
 * what it stood for is given up at once, and a result that comes all the same goes to {@code discard}: nobody else would
 * know of it.
 *
 * <p>Whoever completes first must be known before dependents run, because those of users may block. So both sides claim it
 * before they complete it.
 */
final class Handed<T> extends CompletableFuture<T> {
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final Runnable onLeave;
    /** Whether a {@code get} that runs out of time gives up what this stands for. */
    private final boolean endsWithGet;

    Handed(Runnable onLeave, boolean endsWithGet) {
        this.onLeave = onLeave;
        this.endsWithGet = endsWithGet;
    }

    /** False when its user has gone: then the value is the caller's to get rid of. */
    boolean deliver(T value) {
        return claimed.compareAndSet(false, true) && super.complete(value);
    }

    void deliverFailure(Throwable failure) {
        if (claimed.compareAndSet(false, true)) {
            super.completeExceptionally(failure);
        }
    }

    /** Whether its user completed it. */
    boolean isLeft() {
        return claimed.get() && isDone();
    }

    @Override
    public boolean complete(T value) {
        return leave() && super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return leave() && super.completeExceptionally(failure);
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        return (leave() && super.cancel(mayInterrupt)) || isCancelled();
    }

    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        return leave() ? super.completeAsync(supplier, executor) : this;
    }

    @Override
    public void obtrudeValue(T value) {
        var unused = leave();
        super.obtrudeValue(value);
    }

    @Override
    public void obtrudeException(Throwable failure) {
        var unused = leave();
        super.obtrudeException(failure);
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return super.get(timeout, unit);
        } catch (TimeoutException e) {
            // Who only looks passes no time at all.
            if (!endsWithGet || timeout <= 0 || completeExceptionally(e)) {
                throw e;
            }
            return super.get();
        }
    }

    /** What users derive from it is theirs. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    /** False where the result is on its way already: then it comes, and whoever asked has it. */
    private boolean leave() {
        if (!claimed.compareAndSet(false, true)) {
            return false;
        }
        onLeave.run();
        return true;
    }
}
