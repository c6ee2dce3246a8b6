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
import io.dflockd.service.admin.LogLevels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Has a part of the server log more or less for a while. */
public final class LogLevelApi {
    private static final long LONGEST_SECONDS = Duration.ofDays(1).toSeconds();
    private static final int LONGEST_NAME = 200;

    private final AdminDesk desk;

    public LogLevelApi(AdminDesk desk) {
        this.desk = desk;
    }

    public List<Route> routes() {
        return List.of(
                Route.everywhere(Method.PUT, "/api/v1/log-level", Right.RELOAD, this::set,
                        "Has one part of the server log more or less, for a while"),
                Route.everywhere(Method.GET, "/api/v1/log-level", Right.OBSERVE, this::show,
                        "Which parts log more or less than usual"));
    }

    private CompletionStage<Answer> set(Call call) {
        call.query().only();
        var body = JsonBody.parse(call.body(), "logger", "level", "for_s");
        var logger = body.text("logger", LONGEST_NAME);
        var level = body.text("level", LONGEST_NAME);
        if (!LogLevels.LEVELS.contains(level)) {
            throw Problem.invalid("level: \"%s\" is not valid, must be %s"
                    .formatted(level, String.join(" or ", LogLevels.LEVELS)))
                    .exception();
        }
        var time = body.seconds("for_s", 1, LONGEST_SECONDS);
        var why = desk.upkeep().logLevels().set(logger, level, time.toSeconds());
        desk.audit()
                .acted(Endings.asker(call), "log_level.set",
                        Map.of("logger", logger, "level", level, "for_s", time.toSeconds()),
                        why.isEmpty() ? "done" : "failed");
        return why.isEmpty() ? show() : Problem.of(Problem.UNPROCESSABLE, "not_set", why).answer().now();
    }

    private CompletionStage<Answer> show(Call call) {
        call.query().only();
        return show();
    }

    private CompletionStage<Answer> show() {
        var levels = desk.upkeep().logLevels();
        return Answer.json(JsonFields.object(json -> {
            json.text("level", levels.level());
            json.objects("loggers", levels.changed(), (row, changed) -> {
                row.text("logger", changed.logger());
                row.text("level", changed.level());
                row.text("usual", changed.usual());
                row.seconds("left_s", changed.leftMs());
            });
        })).now();
    }
}
