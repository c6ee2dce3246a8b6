package io.dflockd.http.data;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.JsonBody;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Route;
import io.dflockd.protocol.Verb;
import io.dflockd.service.access.Right;
import io.dflockd.service.visit.VisitorDesk;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Lists: read, pushed to, popped from. A popped value goes back where the answer could not be written. Nothing waits for one: whose
 * wait ends as his connection breaks would not know whether a value went with it.
 */
public final class ListsApi {
    private static final String PATH = "/api/v1/lists/{key}";
    private static final String LEFT = "left";
    private static final String RIGHT = "right";

    private final Asking asking;

    public ListsApi(VisitorDesk desk) {
        this.asking = new Asking(desk);
    }

    public List<Route> routes() {
        return List.of(
                Route.atLeader(Method.GET, PATH, Right.READ, this::range, "Values of a list"),
                Route.atLeader(Method.POST, PATH + "/push", Right.WRITE, Asking.withValue(this::push),
                        "Adds a value to a list"),
                Route.atLeader(Method.POST, PATH + "/pop", Right.WRITE, this::pop, "Takes a value from a list"));
    }

    private CompletionStage<Answer> range(Call call) {
        var query = call.query().only("start", "stop");
        long start = query.whole("start", Long.MIN_VALUE, Long.MAX_VALUE, 0);
        long stop = query.whole("stop", Long.MIN_VALUE, Long.MAX_VALUE, -1);
        var key = call.parameter("key");
        // What is answered to clients is an array of JSON already.
        return asking.ask(call, Verb.LRANGE, key, start + " " + stop,
                reply -> Asking.found(key, json -> json.array("values", Asking.text(reply))));
    }

    private CompletionStage<Answer> push(Call call) {
        call.query().only();
        var body = JsonBody.parse(call.body(), "value", "value_b64", "end");
        var verb = body.word("end", List.of(RIGHT, LEFT)).equals(LEFT) ? Verb.LPUSH : Verb.RPUSH;
        var key = call.parameter("key");
        return asking.ask(call, verb, key, Asking.octets(body, "value"),
                reply -> Asking.found(key, json -> json.number("length", Asking.count(reply))));
    }

    private CompletionStage<Answer> pop(Call call) {
        call.query().only();
        var verb = JsonBody.parse(call.body(), "end").word("end", List.of(LEFT, RIGHT)).equals(LEFT)
                ? Verb.LPOP
                : Verb.RPOP;
        var key = call.parameter("key");
        return asking.ask(call, verb, key, "",
                reply -> Asking.found(key, json -> json.octets("value", Asking.text(reply))));
    }
}
