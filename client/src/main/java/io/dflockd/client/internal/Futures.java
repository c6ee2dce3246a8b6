package io.dflockd.client.internal;

import io.dflockd.client.error.DflockdException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Between futures of ours, whose dependents must not block, and those that users get. */
public final class Futures {
    private Futures() {}

    /** Waits for the result. What the future failed with is thrown as it is. */
    public static <T> T get(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw asUnchecked(e);
        }
    }

    /**
     * Waits for the result. An interrupt cancels the future; a result that came too late for that is given to
     * {@code discard}.
     */
    public static <T> T getOrCancel(CompletableFuture<T> future, Consumer<? super T> discard)
            throws InterruptedException {
        try {
            return get(future);
        } catch (InterruptedException e) {
            cancel(future, discard);
            throw e;
        }
    }

    /** Cancels the future; a result that came too late for that is given to {@code discard}. */
    public static <T> void cancel(CompletableFuture<T> future, Consumer<? super T> discard) {
        if (!future.cancel(false)) {
            var unused = future.thenAccept(discard);
        }
    }

    /** A future for users: completes on the executor; cancelling it runs {@code onCancel}. */
    public static <T> CompletableFuture<T> publish(CompletableFuture<T> inner, Executor executor, Runnable onCancel) {
        return publish(inner, executor, onCancel, late -> {});
    }

    /** As above; a result that comes after the cancelling is given to {@code discard}. */
    public static <T> CompletableFuture<T> publish(CompletableFuture<T> inner, Executor executor, Runnable onCancel,
            Consumer<? super T> discard) {
        var outer = new CompletableFuture<T>();
        var unused = inner.whenComplete((value, failure) -> Threads.runOn(executor, () -> {
            if (failure != null) {
                outer.completeExceptionally(unwrap(failure));
            } else if (!outer.complete(value)) {
                discard.accept(value);
            }
        }));
        var ignored = outer.whenComplete((value, failure) -> {
            if (outer.isCancelled()) {
                onCancel.run();
            }
        });
        return outer;
    }

    /** What really happened, without the wrapping of dependent futures. */
    public static Throwable unwrap(Throwable failure) {
        var cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private static RuntimeException asUnchecked(ExecutionException e) {
        @Nullable Throwable cause = e.getCause() == null ? e : unwrap(e.getCause());
        if (cause instanceof DflockdException failure) {
            // Made on another thread: the caller's own frames tell where the call was made.
            failure.addSuppressed(new CallSite());
            return failure;
        }
        return cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
    }

    /** Marks the place from which a call that failed elsewhere was made. */
    private static final class CallSite extends RuntimeException {
        CallSite() {
            super("the call was made here");
        }
    }
}
