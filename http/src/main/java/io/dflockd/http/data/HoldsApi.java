package io.dflockd.http.data;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.JsonBody;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.Route;
import io.dflockd.protocol.Limits;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Verb;
import io.dflockd.service.access.Right;
import io.dflockd.service.visit.VisitorDesk;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Locks, semaphores and read-write locks, for who has no connection that could stand for a hold: it belongs to whoever has the
 * token, and ends when its lease does. A wait ends with the connection that it is asked over; a grant whose answer could not be
 * written goes to the next.
 */
public final class HoldsApi {
    private static final String PATH = "/api/v1/locks/{key}";
    private static final long MOST_WAIT_SECONDS = 30;
    private static final int LONGEST_TOKEN = 128;
    private static final String SEMAPHORE = "semaphore";
    private static final List<String> KINDS = List.of("lock", SEMAPHORE, "read", "write");

    private final Asking asking;

    public HoldsApi(VisitorDesk desk) {
        this.asking = new Asking(desk);
    }

    public List<Route> routes() {
        return List.of(
                Route.atLeader(Method.POST, PATH + "/acquire", Right.HOLD, this::acquire,
                        "Takes a lock, a permit, or a read or write lock"),
                Route.atLeader(Method.POST, PATH + "/renew", Right.HOLD, this::renew, "Starts a lease anew"),
                Route.atLeader(Method.POST, PATH + "/unlock", Right.HOLD, this::unlock, "Gives a hold back"));
    }

    private CompletionStage<Answer> acquire(Call call) {
        call.query().only();
        var body = JsonBody.parse(call.body(), "kind", "limit", "wait_s", "lease_s");
        var key = call.parameter("key");
        var kind = body.word("kind", KINDS);
        if (body.has("limit") != kind.equals(SEMAPHORE)) {
            throw Problem.invalid("limit: must be given for a semaphore, and only there").exception();
        }
        long waitMs = body.milliseconds("wait_s", 0, MOST_WAIT_SECONDS, 0);
        var argument = waitMs + "ms"
                + (kind.equals(SEMAPHORE) ? " " + body.number("limit") : "") + lease(body);
        var visit = asking.visit(call, waitMs > 0);
        return Asking.ask(visit, verb(kind), key, argument).thenCompose(reply -> {
            if (!(reply instanceof Reply.Granted granted)) {
                throw Asking.refused(reply).exception();
            }
            // From now on it needs nobody's connection.
            return Asking.ask(visit, Verb.KEEP, key, granted.token() + " " + granted.leaseMs() + "ms")
                    .thenApply(kept -> granted(key, granted.token(), kept));
        });
    }

    private static Verb verb(String kind) {
        return switch (kind) {
            case SEMAPHORE -> Verb.SEM_LOCK;
            case "read" -> Verb.READ_LOCK;
            case "write" -> Verb.WRITE_LOCK;
            default -> Verb.LOCK;
        };
    }

    private static String lease(JsonBody body) {
        return body.has("lease_s") ? " " + body.milliseconds("lease_s", 1, Limits.MAX_SECONDS, 0) + "ms" : "";
    }

    private CompletionStage<Answer> renew(Call call) {
        call.query().only();
        var body = JsonBody.parse(call.body(), "token", "lease_s");
        var key = call.parameter("key");
        var token = token(body);
        var argument = token + (body.has("lease_s") ? lease(body) : "");
        return asking.ask(call, Verb.RENEW, key, argument, reply -> granted(key, token, held(reply)));
    }

    private CompletionStage<Answer> unlock(Call call) {
        call.query().only();
        var token = token(JsonBody.parse(call.body(), "token"));
        return asking.ask(call, Verb.UNLOCK, call.parameter("key"), token, reply -> Asking.done(held(reply)));
    }

    private static String token(JsonBody body) {
        var token = body.text("token", LONGEST_TOKEN);
        if (token.chars().anyMatch(octet -> octet <= ' ' || octet > '~')) {
            throw Problem.invalid("token: it must be the one of an answer to acquire").exception();
        }
        return token;
    }

    private static Reply held(Reply reply) {
        if (Asking.isError(reply)) {
            throw Problem.of(Problem.CONFLICT, "not_held", "this token holds nothing here, or does so no more")
                    .exception();
        }
        return reply;
    }

    private static Answer granted(String key, String token, Reply reply) {
        if (!(reply instanceof Reply.Renewed renewed)) {
            throw Asking.refused(reply).exception();
        }
        return Asking.found(key, json -> {
            json.text("token", token);
            json.number("fence", renewed.fence());
            json.seconds("lease_s", renewed.leaseMs());
        });
    }
}
