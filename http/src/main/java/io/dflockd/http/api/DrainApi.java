package io.dflockd.http.api;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.JsonBody;
import io.dflockd.http.route.JsonFields;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.Route;
import io.dflockd.service.access.Right;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.Drain;
import io.dflockd.service.admin.DrainDesk;
import io.dflockd.service.admin.ServerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Empties a server before it is stopped, and takes it into use again. */
public final class DrainApi {
    private static final long LONGEST_SECONDS = Duration.ofDays(7).toSeconds();
    private static final int RETRY_AFTER_SECONDS = 1;

    private final AdminDesk desk;
    private final Worker worker;

    public DrainApi(AdminDesk desk, Worker worker) {
        this.desk = desk;
        this.worker = worker;
    }

    public List<Route> routes() {
        return List.of(
                Route.everywhere(Method.POST, "/api/v1/drain", Right.DRAIN, this::drain,
                        "Has this server take nothing new, so that it becomes empty"),
                Route.everywhere(Method.DELETE, "/api/v1/drain", Right.DRAIN, this::undo,
                        "Has this server take all again"));
    }

    private CompletionStage<Answer> drain(Call call) {
        call.query().only();
        var body = JsonBody.parse(call.body(), "deadline_s", "reason");
        var reason = body.text("reason", Endings.LONGEST_REASON);
        var within = body.has("deadline_s")
                ? Optional.of(body.seconds("deadline_s", 1, LONGEST_SECONDS))
                : Optional.<Duration>empty();
        return desk.upkeep()
                .drain()
                .begin(within.map(time -> OptionalLong.of(time.toMillis())).orElse(OptionalLong.empty()), reason,
                        call.actor().name())
                .thenCompose(result -> {
                    var what = new LinkedHashMap<String, Object>();
                    within.ifPresent(time -> what.put("deadline_s", time.toSeconds()));
                    what.put("reason", reason);
                    if (result instanceof DrainDesk.Result.Refused refused) {
                        what.put("because", refused.reason());
                        desk.audit().acted(Endings.asker(call), "server.drained", what, "failed");
                        return Problem.of(Problem.CONFLICT, "not_drained", refused.reason()).answer().now();
                    }
                    if (result instanceof DrainDesk.Result.Busy) {
                        desk.audit().acted(Endings.asker(call), "server.drained", what, "failed");
                        return busy().now();
                    }
                    desk.audit().acted(Endings.asker(call), "server.drained", what, "done");
                    return state();
                });
    }

    private CompletionStage<Answer> undo(Call call) {
        call.query().only();
        var body = JsonBody.parse(call.body(), "reason");
        Map<String, Object> what = body.has("reason")
                ? Map.of("reason", body.text("reason", Endings.LONGEST_REASON))
                : Map.of();
        return desk.upkeep().drain().end().thenCompose(undone -> {
            desk.audit().acted(Endings.asker(call), "server.undrained", what, switch (undone) {
                case DONE -> "done";
                case WAS_NOT_DRAINED -> "gone";
                case BUSY -> "failed";
            });
            return undone == DrainDesk.Undone.BUSY ? busy().now() : state();
        });
    }

    private static Answer busy() {
        return Problem.unavailable("busy", "too many wait to drain this server, or to have it take all again",
                RETRY_AFTER_SECONDS).answer();
    }

    private CompletionStage<Answer> state() {
        return worker.answer(() -> {
            var status = desk.status();
            return Answer.json(JsonFields.object(json -> {
                json.flag("draining", status.draining());
                status.drain().ifPresent(drain -> write(drain, json));
            }));
        });
    }

    /** As one field of an object. */
    static void write(ServerStatus.Draining draining, JsonFields json) {
        Drain drain = draining.drain();
        long now = System.currentTimeMillis();
        json.object("drain", row -> {
            row.time("since", Instant.ofEpochMilli(drain.sinceMs()));
            row.seconds("for_s", Math.max(0, now - drain.sinceMs()));
            drain.deadlineMs().ifPresent(deadline -> {
                row.time("deadline", Instant.ofEpochMilli(deadline));
                row.seconds("deadline_left_s", Math.max(0, deadline - now));
            });
            row.text("reason", drain.reason());
            row.text("by", drain.actor());
            row.number("holds", draining.rest().holds());
            row.number("waiters", draining.rest().waiters());
            row.number("connections", draining.rest().connections());
            row.number("left", draining.rest().left());
        });
    }
}
