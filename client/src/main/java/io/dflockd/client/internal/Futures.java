package io.dflockd.client.internal;

import io.dflockd.client.error.DflockdException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
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
            whenValue(future, discard);
        }
    }

    /**
     * A future for users, which completes on the executor. When they complete it themselves, {@code onLeave} runs.
     */
    public static <T> CompletableFuture<T> publish(CompletableFuture<T> inner, Executor executor, Runnable onLeave) {
        return publish(inner, executor, onLeave, late -> {});
    }

    /** As above; a result that comes after that is given to {@code discard}. */
    public static <T> CompletableFuture<T> publish(CompletableFuture<T> inner, Executor executor, Runnable onLeave,
            Consumer<? super T> discard) {
        return publish(inner, executor, new Handed<T>(onLeave, false), discard);
    }

    /**
     * As above, for what would be held for ever if nobody knew of it: also a {@code get} that runs out of time gives it up.
     */
    public static <T> CompletableFuture<T> publishHold(CompletableFuture<T> inner, Executor executor,
            Runnable onLeave, Consumer<? super T> discard) {
        return publish(inner, executor, new Handed<T>(onLeave, true), discard);
    }

    private static <T> CompletableFuture<T> publish(CompletableFuture<T> inner, Executor executor, Handed<T> outer,
            Consumer<? super T> discard) {
        whenDone(inner, (value, failure) -> {
            if (failure == null && outer.isLeft()) {
                discard.accept(value); // at once: the executor may be busy with other things
                return;
            }
            Threads.runOn(executor, () -> {
                if (failure != null) {
                    outer.deliverFailure(unwrap(failure));
                } else if (!outer.deliver(value)) {
                    discard.accept(value);
                }
            });
        });
        return outer;
    }

    /** Calls the action with the value or the failure, now or later, on the thread that completes the future. */
    public static <T> void whenDone(CompletableFuture<T> future, BiConsumer<? super T, ? super Throwable> action) {
        var unused = future.whenComplete(action);
    }

    /** As {@link #whenDone}, when it does not fail. */
    public static <T> void whenValue(CompletableFuture<T> future, Consumer<? super T> action) {
        var unused = future.thenAccept(action);
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
