package io.dflockd.http.api;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Problem;
import io.dflockd.service.stats.StatsWorker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Does what takes the engine's lock, on a thread of its own: the listener's must be free for the probes. Thread-safe. */
public final class Worker implements AutoCloseable {
    private static final int RETRY_AFTER_SECONDS = 1;

    private final StatsWorker thread = new StatsWorker("dflockd-admin-work");

    /** The answer that the task makes; a problem where too many are waiting already. */
    public CompletionStage<Answer> answer(Supplier<Answer> task) {
        var answer = new CompletableFuture<Answer>();
        boolean accepted = thread.submit(() -> {
            try {
                answer.complete(task.get());
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        if (!accepted) {
            throw Problem.unavailable("busy", "too many requests are waiting", RETRY_AFTER_SECONDS).exception();
        }
        return answer;
    }

    @Override
    public void close() {
        thread.close();
    }
}
