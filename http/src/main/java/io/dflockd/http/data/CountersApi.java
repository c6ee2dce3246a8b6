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

/** Counters: read, set, added to. One that is not there counts as 0. */
public final class CountersApi {
    private static final String PATH = "/api/v1/counters/{key}";

    private final Asking asking;

    public CountersApi(VisitorDesk desk) {
        this.asking = new Asking(desk);
    }

    public List<Route> routes() {
        return List.of(
                Route.atLeader(Method.GET, PATH, Right.READ, this::get, "The number of a counter"),
                Route.atLeader(Method.PUT, PATH, Right.WRITE, this::set, "Sets a counter"),
                Route.atLeader(Method.POST, PATH + "/add", Right.WRITE, this::add,
                        "Adds to a counter, or subtracts from it"));
    }

    private CompletionStage<Answer> get(Call call) {
        call.query().only();
        return number(call, Verb.GET, "");
    }

    private CompletionStage<Answer> set(Call call) {
        call.query().only();
        long value = JsonBody.parse(call.body(), "value").anyNumber("value");
        return asking.ask(call, Verb.CSET, call.parameter("key"), Long.toString(value), Asking::done);
    }

    private CompletionStage<Answer> add(Call call) {
        call.query().only();
        long delta = JsonBody.parse(call.body(), "delta").anyNumber("delta");
        return number(call, Verb.INCR, Long.toString(delta));
    }

    private CompletionStage<Answer> number(Call call, Verb verb, String argument) {
        var key = call.parameter("key");
        return asking.ask(call, verb, key, argument,
                reply -> Asking.found(key, json -> json.number("value", Asking.count(reply))));
    }
}
