package io.dflockd.http.data;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.JsonBody;
import io.dflockd.http.route.JsonFields;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.Route;
import io.dflockd.protocol.Verb;
import io.dflockd.service.access.Right;
import io.dflockd.service.visit.VisitorDesk;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/** Signals and watches: sent, and told for as long as somebody reads them. */
public final class SignalsApi {
    private static final int MOST_READERS = 16;
    private static final int RETRY_AFTER_SECONDS = 5;

    private final Asking asking;
    private final Semaphore readers = new Semaphore(MOST_READERS);

    public SignalsApi(VisitorDesk desk) {
        this.asking = new Asking(desk);
    }

    /** Which channels somebody may use is known only when it is known which are meant, so it is asked then. */
    public List<Route> routes() {
        return List.of(
                Route.atLeader(Method.POST, "/api/v1/signals/{channel}", Right.SEND, Asking.withValue(this::send),
                        "Sends a signal").filtered(),
                Route.atLeader(Method.GET, "/api/v1/signals", Right.LISTEN, this::listen,
                        "Signals, while they are sent").filtered(),
                Route.atLeader(Method.GET, "/api/v1/watch", Right.WATCH, this::watch,
                        "What happens to keys, while it does").filtered());
    }

    private CompletionStage<Answer> send(Call call) {
        call.query().only();
        var body = JsonBody.parse(call.body(), "payload", "payload_b64");
        var channel = call.parameter("channel");
        return asking.ask(call, Verb.SIGNAL, channel, Asking.octets(body, "payload"),
                reply -> Answer.json(JsonFields.object(json -> {
                    json.octets("channel", channel);
                    json.number("receivers", Asking.count(reply));
                })));
    }

    private CompletionStage<Answer> listen(Call call) {
        var query = call.query().only("pattern", "group");
        return subscribe(call, Verb.LISTEN, query.octets("pattern"), query.octets("group"));
    }

    private CompletionStage<Answer> watch(Call call) {
        return subscribe(call, Verb.WATCH, call.query().only("pattern").octets("pattern"), "");
    }

    private CompletionStage<Answer> subscribe(Call call, Verb verb, String pattern, String group) {
        if (pattern.isEmpty()) {
            throw Problem.invalid("pattern: a name must be given, in which * stands for one part and > for the rest")
                    .exception();
        }
        if (!readers.tryAcquire()) {
            throw Problem.unavailable("busy", "there are as many readers as there may be", RETRY_AFTER_SECONDS)
                    .exception();
        }
        call.written().whenComplete((written, failure) -> readers.release());
        var visit = asking.visit(call, true);
        return Asking.ask(visit, verb, pattern, group).thenApply(reply -> {
            Asking.done(reply);
            return Answer.feed("text/event-stream", new SubscriptionFeed(visit, System::nanoTime));
        });
    }
}
