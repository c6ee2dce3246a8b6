package io.dflockd.http.api;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.JsonBody;
import io.dflockd.http.route.JsonFields;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.Route;
import io.dflockd.service.SettingException;
import io.dflockd.service.access.Right;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.Reloads;
import io.dflockd.service.stats.StatsWorker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Has a server read its files again. */
public final class ReloadApi {
    private final AdminDesk desk;
    /** As the disk may be slow. */
    private final StatsWorker reader = new StatsWorker("dflockd-reload-asked");

    public ReloadApi(AdminDesk desk) {
        this.desk = desk;
    }

    public List<Route> routes() {
        return List.of(Route.everywhere(
                Method.POST, "/api/v1/reload", Right.RELOAD, this::reload, "Reads identities and certificates again"));
    }

    private CompletionStage<Answer> reload(Call call) {
        call.query().only();
        var body = JsonBody.parse(call.body(), "reason");
        var reason = body.has("reason") ? body.text("reason", Endings.LONGEST_REASON) : "";
        var answer = new CompletableFuture<Answer>();
        if (!reader.submit(() -> answer.complete(reloadNow(call, reason)))) {
            throw Problem.unavailable("busy", "others have it read already", 1).exception();
        }
        return answer;
    }

    private Answer reloadNow(Call call, String reason) {
        try {
            var reload = desk.upkeep().reloads().reload();
            desk.audit()
                    .acted(Endings.asker(call), "server.reloaded",
                            Map.of("changed", !reload.isEmpty(), "reason", reason), "done");
            return Answer.json(JsonFields.object(json -> write(reload, json)));
        } catch (SettingException e) {
            var why = String.valueOf(e.getMessage());
            desk.audit()
                    .acted(Endings.asker(call), "server.reloaded", Map.of("because", why, "reason", reason), "failed");
            return Problem.of(Problem.UNPROCESSABLE, "invalid_file", why + "; all is as it was").answer();
        } catch (RuntimeException e) {
            return Problem.of(Problem.FAILED, "failed", "reading again failed, this is a bug: " + e).answer();
        }
    }

    private static void write(Reloads.Reload reload, JsonFields json) {
        json.flag("changed", !reload.isEmpty());
        json.object("identities", row -> {
            row.objects("added", reload.added(), (one, name) -> one.text("name", name));
            row.objects("removed", reload.removed(), (one, name) -> one.text("name", name));
            row.objects("changed", reload.changed(), (one, name) -> one.text("name", name));
        });
        json.flag("certificates", reload.certificates());
    }
}
