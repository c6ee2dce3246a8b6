package io.dflockd.http.api;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.Route;
import io.dflockd.service.access.Right;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.Events;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What happens, while it does. Each node tells what it applies itself, so a follower tells it a little later. */
public final class EventsApi {
    private static final int RETRY_SECONDS = 5;

    private final AdminDesk desk;
    private final Worker worker;

    public EventsApi(AdminDesk desk, Worker worker) {
        this.desk = desk;
        this.worker = worker;
    }

    public List<Route> routes() {
        return List.of(Route.everywhere(
                Method.GET, "/api/v1/events", Right.OBSERVE, this::events, "What happens, while it does").filtered());
    }

    private CompletionStage<Answer> events(Call call) {
        var query = call.query().only("kinds", "prefix", "after");
        var kinds = kinds(query.octets("kinds"));
        var prefix = query.octets("prefix");
        // Whoever comes back by himself says where he was in the header, and still asks by the address that he began with.
        var last = call.header("Last-Event-ID");
        var from = last.isEmpty() ? query.octets("after") : last;
        return worker.look(() -> {
            var tail = desk.events()
                    .open()
                    .orElseThrow(() -> Problem
                            .unavailable("busy", "there are as many readers of events as there may be", RETRY_SECONDS)
                            .exception());
            return Answer.feed("text/event-stream", new EventFeed(tail, kinds, prefix, from, System::nanoTime));
        });
    }

    private static Set<String> kinds(String octets) {
        if (octets.isEmpty()) {
            return Set.copyOf(Events.KINDS);
        }
        var wanted = Arrays.asList(octets.split(",", -1));
        for (var kind : wanted) {
            if (!Events.KINDS.contains(kind)) {
                throw Problem.invalid("kinds: there is no kind \"%s\", valid are: %s"
                        .formatted(kind, String.join(", ", Events.KINDS))).exception();
            }
        }
        return Set.copyOf(wanted);
    }
}
