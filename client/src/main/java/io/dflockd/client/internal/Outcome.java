package io.dflockd.client.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One future for all who ask for the same thing, so that asking again and again keeps nothing. None of them can complete it
 * for the others; time-outs are of a copy.
 */
public final class Outcome<T> extends CompletableFuture<T> {
    private Outcome() {}

    /** Completes as the other does, on the executor. */
    public static <T> CompletableFuture<T> of(CompletableFuture<T> inner, Executor executor) {
        var outcome = new Outcome<T>();
        Futures.whenDone(inner, (value, failure) -> Threads.runOn(executor, () -> outcome.settle(value, failure)));
        return outcome;
    }

    private void settle(T value, Throwable failure) {
        if (failure == null) {
            super.complete(value);
        } else {
            super.completeExceptionally(Futures.unwrap(failure));
        }
    }

    @Override
    public boolean complete(T value) {
        return false;
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return false;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        return false;
    }

    @Override
    public void obtrudeValue(T value) {
        throw new UnsupportedOperationException("this future is shared");
    }

    @Override
    public void obtrudeException(Throwable failure) {
        throw new UnsupportedOperationException("this future is shared");
    }

    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        return copy().completeAsync(supplier, executor);
    }

    @Override
    public CompletableFuture<T> orTimeout(long timeout, TimeUnit unit) {
        return copy().orTimeout(timeout, unit);
    }

    @Override
    public CompletableFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
        return copy().completeOnTimeout(value, timeout, unit);
    }

    /** What users derive from it is theirs. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
