package io.dflockd.http.api;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.ProblemException;
import io.dflockd.service.admin.Walk;
import io.dflockd.service.stats.StatsWorker;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does what takes the engine's lock, on a thread of its own: the listener's must be free for the probes. Of walks there is one at
 * a time, and whatever is short comes between two of its pieces. Thread-safe.
 */
public final class Worker implements AutoCloseable {
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final int MAX_WALKS_WAITING = 8;
    /** Between two pieces of a walk others have the engine. */
    private static final long PAUSE_NANOS = 20_000;

    private final StatsWorker thread = new StatsWorker("dflockd-admin-work");
    private final ArrayDeque<Walking> waiting = new ArrayDeque<>();
    private @Nullable Walking walking;

    private record Walking(Walk walk, Supplier<Answer> end, CompletableFuture<Answer> answer) {}

    /** The answer that the task makes; a problem where too many are waiting already. */
    public CompletionStage<Answer> answer(Supplier<Answer> task) {
        return look(task);
    }

    /** What the task finds; a problem where too many are waiting already. */
    <T> CompletionStage<T> look(Supplier<T> task) {
        var found = new CompletableFuture<T>();
        submit(() -> complete(found, task));
        return found;
    }

    /** The answer that can be made when the walk is at its end; a problem where too many are waiting already. */
    public CompletionStage<Answer> answer(Walk walk, Supplier<Answer> end) {
        var next = new Walking(walk, end, new CompletableFuture<>());
        synchronized (this) {
            if (walking != null) {
                if (waiting.size() == MAX_WALKS_WAITING) {
                    throw busy();
                }
                waiting.add(next);
                return next.answer;
            }
            walking = next;
        }
        goOn(next);
        return next.answer;
    }

    private void goOn(Walking current) {
        try {
            submit(() -> step(current));
        } catch (ProblemException e) {
            finish(() -> current.answer.completeExceptionally(e));
        }
    }

    private void step(Walking current) {
        boolean isDone;
        try {
            isDone = current.walk.step();
        } catch (RuntimeException | Error e) {
            finish(() -> current.answer.completeExceptionally(e));
            return;
        }
        if (isDone) {
            finish(() -> complete(current.answer, current.end));
        } else {
            LockSupport.parkNanos(PAUSE_NANOS);
            goOn(current);
        }
    }

    private void finish(Runnable end) {
        end.run();
        @Nullable Walking next;
        synchronized (this) {
            next = waiting.poll();
            walking = next;
        }
        if (next != null) {
            goOn(next);
        }
    }

    private void submit(Runnable task) {
        if (!thread.submit(task)) {
            throw busy();
        }
    }

    private static ProblemException busy() {
        return Problem.unavailable("busy", "too many requests are waiting", RETRY_AFTER_SECONDS).exception();
    }

    private static <T> void complete(CompletableFuture<T> answer, Supplier<T> task) {
        try {
            answer.complete(task.get());
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
