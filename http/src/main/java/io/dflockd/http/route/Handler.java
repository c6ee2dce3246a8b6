package io.dflockd.http.route;

import java.util.concurrent.CompletionStage;

/** Answers the calls of a route. Called on the listener's only thread, so it must not wait for anything. */
@FunctionalInterface
public interface Handler {
    int PATIENCE_SECONDS = 60;

    /**
     * The answer, now or later, by whatever thread. A {@link ProblemException}, thrown or the reason why there is no answer,
     * is told to whoever asks.
     */
    CompletionStage<Answer> handle(Call call);

    /** How long the answer may take. */
    default int patienceSeconds() {
        return PATIENCE_SECONDS;
    }
}
