package io.dflockd.http.data;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Handler;
import io.dflockd.http.route.JsonBody;
import io.dflockd.http.route.JsonFields;
import io.dflockd.http.route.Problem;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Verb;
import io.dflockd.service.visit.GoneException;
import io.dflockd.service.visit.InvalidRequestException;
import io.dflockd.service.visit.Visit;
import io.dflockd.service.visit.VisitorDesk;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** Has the server do what a caller asks as it does it for clients, and answers what came of it. */
final class Asking {
    /** More than the longest value in Base64 and what stands around it, and less than the longest text that the reader takes. */
    private static final int MOST_BYTES_WITH_A_VALUE = 24 * 1024;
    private static final int LONGEST_VALUE = 16 * 1024;
    private static final int RETRY_AFTER_SECONDS = 1;

    private final VisitorDesk desk;

    Asking(VisitorDesk desk) {
        this.desk = desk;
    }

    /** One that may have a value in its body. */
    static Handler withValue(Handler handler) {
        return new Handler() {
            @Override
            public CompletionStage<Answer> handle(Call call) {
                return handler.handle(call);
            }

            @Override
            public int mostBodyBytes() {
                return MOST_BYTES_WITH_A_VALUE;
            }
        };
    }

    /** A value, or something else that clients choose. */
    static String octets(JsonBody body, String name) {
        var octets = body.octets(name);
        if (octets.length() > LONGEST_VALUE) {
            throw Problem.invalid("%s: it has %d bytes, over HTTP it may have at most %d"
                    .formatted(name, octets.length(), LONGEST_VALUE)).exception();
        }
        return octets;
    }

    /**
     * Somebody who asks for the call, and leaves when its answer is written or never will be.
     *
     * @param isLong whether he may stay for a while
     */
    Visit visit(Call call, boolean isLong) {
        var visit = desk.open(call.actor().login(), isLong, call.source(), call.peer())
                .orElseThrow(() -> (desk.isServing()
                        ? Problem.unavailable("busy",
                                "as many requests of this kind as there may be have no answer yet",
                                RETRY_AFTER_SECONDS)
                        : Problem.unavailable("not_ready", "the server has yet to read its state",
                                RETRY_AFTER_SECONDS))
                        .exception());
        call.written().whenComplete((written, failure) -> {
            if (failure == null && written) {
                visit.delivered();
            }
            visit.leave();
        });
        return visit;
    }

    /** Asks one thing. */
    CompletionStage<Answer> ask(Call call, Verb verb, String key, String argument, Function<Reply, Answer> answer) {
        return ask(visit(call, false), verb, key, argument).thenApply(answer);
    }

    /** What is answered. Throws, at once or as the reason why there is none, a problem. */
    static CompletionStage<Reply> ask(Visit visit, Verb verb, String key, String argument) {
        try {
            return visit.ask(verb, key, argument).exceptionally(failure -> {
                var cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                        ? wrapped.getCause()
                        : failure;
                throw cause instanceof GoneException gone
                        ? Problem.unavailable("unknown", "it is not known whether that was done: " + gone.getMessage(),
                                RETRY_AFTER_SECONDS).exception()
                        : new IllegalStateException(cause);
            });
        } catch (InvalidRequestException e) {
            throw Problem.invalid(String.valueOf(e.getMessage())).exception();
        }
    }

    /** That it was done, and nothing else. */
    static Answer done(Reply reply) {
        if (reply instanceof Reply.Word word && word.status() == Status.OK) {
            return Answer.json(JsonFields.object(json -> json.flag("done", true)));
        }
        throw refused(reply).exception();
    }

    /** The key and what was found there. */
    static Answer found(String key, Consumer<JsonFields> more) {
        return Answer.json(JsonFields.object(json -> {
            json.octets("key", key);
            more.accept(json);
        }));
    }

    /** The number that was answered. */
    static long count(Reply reply) {
        if (reply instanceof Reply.Count count) {
            return count.value();
        }
        throw refused(reply).exception();
    }

    /** The octets that were answered. */
    static String text(Reply reply) {
        if (reply instanceof Reply.Text text) {
            return text.text();
        }
        throw refused(reply).exception();
    }

    /** Whether it is the refusal that says nothing more. */
    static boolean isError(Reply reply) {
        return reply instanceof Reply.Word word && word.status() == Status.ERROR;
    }

    /** Why it was not done. Its code is the word of the protocol. */
    static Problem refused(Reply reply) {
        if (!(reply instanceof Reply.Word word)) {
            throw new IllegalStateException("this does not answer that: " + reply);
        }
        return switch (word.status()) {
            case NIL -> problem(Problem.NOT_FOUND, word, "there is nothing under this key");
            case TIMEOUT -> problem(Problem.LOCKED, word, "others hold it, and it did not become free in that time");
            case CAS_CONFLICT ->
                problem(Problem.PRECONDITION_FAILED, word, "the value is not, or no longer, the one that was meant");
            case ERROR_LIMIT_MISMATCH -> problem(Problem.CONFLICT, word, "the key is used with another limit");
            case ERROR_TYPE_MISMATCH -> problem(Problem.CONFLICT, word, "the key is used as something else");
            case ERROR_LEASE_EXPIRED -> problem(Problem.CONFLICT, word, "the lease has expired");
            case ERROR_LIST_FULL -> problem(Problem.CONFLICT, word, "the list is as long as lists may be");
            case ERROR_TOO_LARGE ->
                problem(Problem.TOO_LARGE, word, "the answer would be too long, ask for a part of it");
            case ERROR_DENIED -> problem(Problem.FORBIDDEN, word, "that is not allowed here");
            case ERROR_MAX_LOCKS, ERROR_MAX_KEYS, ERROR_MAX_WAITERS ->
                later(Problem.TOO_MANY, word, "there is as much as there may be");
            case ERROR_MAX_REQUESTS -> later(Problem.TOO_MANY, word, "that is asked more often than it may be");
            case ERROR_DRAINING -> later(Problem.UNAVAILABLE, word, "the server is drained, or stops");
            default -> problem(Problem.CONFLICT, word, "the server refuses that as it stands");
        };
    }

    private static Problem problem(int status, Reply.Word word, String detail) {
        return Problem.of(status, word.status().word(), detail);
    }

    private static Problem later(int status, Reply.Word word, String detail) {
        return problem(status, word, detail).withHeader("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
    }
}
