package io.dflockd.http.api;

import io.dflockd.http.access.Guard;
import io.dflockd.http.access.LoginTry;
import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Handler;
import io.dflockd.http.route.JsonBody;
import io.dflockd.http.route.JsonFields;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Place;
import io.dflockd.http.route.Route;
import io.dflockd.protocol.Octets;
import io.dflockd.service.access.Right;
import io.dflockd.service.admin.AdminAudit;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.ServerStatus;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/** Lets a browser in for a while by a token that it needs to have only once, and tells everybody who he is. */
public final class LoginApi {
    private static final int LONGEST_TOKEN = 4096;

    private final Guard guard;
    private final AdminAudit audit;
    private final AdminDesk desk;
    private final Worker worker;

    public LoginApi(Guard guard, AdminDesk desk, Worker worker) {
        this.guard = guard;
        this.audit = desk.audit();
        this.desk = desk;
        this.worker = worker;
    }

    public List<Route> routes() {
        return List.of(
                open("/api/v1/login", this::login, "Logs a browser in"),
                open("/api/v1/logout", this::logout, "Logs a browser out"),
                Route.everywhere(Method.GET, "/api/v1/whoami", Right.OBSERVE, this::whoami,
                        "Who asks, and what he may do").filtered());
    }

    /** For everybody, from pages of this server only. */
    private static Route open(String path, Handler handler, String summary) {
        return new Route(Method.POST, path, null, false, Place.EVERY_NODE, handler, summary);
    }

    private CompletionStage<Answer> login(Call call) {
        call.query().only();
        var token = Octets.ofText(JsonBody.parse(call.body(), "token").text("token", LONGEST_TOKEN).strip());
        return switch (guard.logIn(token, call.source(), call.peer())) {
            case LoginTry.Failed failed -> failed.problem().answer().now();
            case LoginTry.Done done -> {
                var actor = new Actor(done.login());
                audit.loggedIn(Endings.asker(call, actor));
                var number = guard.logins().begin(done.login());
                // The browser says how it came here, also where a proxy has done TLS for this server.
                boolean isSecret = call.header("Origin").toLowerCase(Locale.ROOT).startsWith("https:");
                guard.logins().end(call.header("Cookie"));
                yield self(actor.name(), guard.rights(actor), List.of(), true)
                        .withHeader("Set-Cookie", guard.logins().cookie().keep(number, isSecret))
                        .now();
            }
        };
    }

    private CompletionStage<Answer> logout(Call call) {
        call.query().only();
        JsonBody.parse(call.body());
        guard.logins().end(call.header("Cookie"));
        return Answer.json(JsonFields.object(json -> json.flag("done", true)))
                .withHeader("Set-Cookie", guard.logins().cookie().forget())
                .now();
    }

    private CompletionStage<Answer> whoami(Call call) {
        call.query().only();
        var actor = call.actor();
        boolean isLoggedIn = guard.logins().find(call.header("Cookie")) != null;
        return worker
                .answer(() -> self(actor.name(), guard.rights(actor), desk.limitsOf(actor.principal()), isLoggedIn));
    }

    private Answer self(String name, List<Right> rights, List<ServerStatus.Limit> limits, boolean isLoggedIn) {
        return Answer.json(JsonFields.object(json -> {
            json.text("name", name);
            json.objects("rights", rights, (row, right) -> row.text("name", right.word()));
            json.objects("limits", limits, (row, limit) -> {
                row.text("name", limit.name());
                row.number("most", limit.most());
                row.number("used", limit.used());
            });
            json.flag("logged_in", isLoggedIn);
            json.flag("can_log_in", guard.knowsTokens());
            json.flag("can_log_in_to_change", guard.knowsAdministrators());
        }));
    }
}
