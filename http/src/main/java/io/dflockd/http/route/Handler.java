package io.dflockd.http.route;

import java.util.concurrent.CompletionStage;

/** Answers the calls of a route. Called on the listener's only thread, so it must not wait for anything. */
@FunctionalInterface
public interface Handler {
    int PATIENCE_SECONDS = 60;
    /** More than any request of an operator needs; all connections together may send as much at once. */
    int MOST_BODY_BYTES = 16 * 1024;

    /**
     * The answer, now or later, by whatever thread. A {@link ProblemException}, thrown or the reason why there is no answer,
     * is told to whoever asks.
     */
    CompletionStage<Answer> handle(Call call);

    /** How long the body of a request may be. It is read after it was found that its caller may ask this. */
    default int mostBodyBytes() {
        return MOST_BODY_BYTES;
    }

    /** How long the answer may take. */
    default int patienceSeconds() {
        return PATIENCE_SECONDS;
    }
}
