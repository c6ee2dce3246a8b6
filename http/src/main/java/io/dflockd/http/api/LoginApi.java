package io.dflockd.http.api;

import io.dflockd.http.access.Decision;
import io.dflockd.http.access.Guard;
import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.JsonBody;
import io.dflockd.http.route.JsonFields;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Right;
import io.dflockd.http.route.Route;
import io.dflockd.protocol.Octets;
import io.dflockd.service.admin.AuditLog;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/** Lets a browser in for a while by a token that it needs to have only once, and tells everybody who he is. */
public final class LoginApi {
    private static final int LONGEST_TOKEN = 4096;

    private final Guard guard;
    private final AuditLog audit;

    public LoginApi(Guard guard, AuditLog audit) {
        this.guard = guard;
        this.audit = audit;
    }

    public List<Route> routes() {
        return List.of(
                Route.everywhere(Method.POST, "/api/v1/login", Right.NONE, this::login, "Logs a browser in"),
                Route.everywhere(Method.POST, "/api/v1/logout", Right.NONE, this::logout, "Logs a browser out"),
                Route.everywhere(Method.GET, "/api/v1/whoami", Right.OBSERVE, this::whoami,
                        "Who asks, and what he may do"));
    }

    private CompletionStage<Answer> login(Call call) {
        call.query().only();
        var token = Octets.ofText(JsonBody.parse(call.body(), "token").text("token", LONGEST_TOKEN).strip());
        return switch (guard.logIn(token, call.source(), call.peer())) {
            case Decision.Refused refused -> refused.problem().answer().now();
            case Decision.Granted granted -> {
                audit.loggedIn(Endings.asker(call, granted.actor()));
                var number = guard.logins().begin(granted.actor());
                // The browser says how it came here, also where a proxy has done TLS for this server.
                boolean isSecret = call.header().apply("Origin").toLowerCase(Locale.ROOT).startsWith("https:");
                guard.logins().end(call.header().apply("Cookie"));
                yield self(granted.actor().name(), guard.rights(granted.actor()))
                        .withHeader("Set-Cookie", guard.logins().cookie().keep(number, isSecret))
                        .now();
            }
        };
    }

    private CompletionStage<Answer> logout(Call call) {
        call.query().only();
        JsonBody.parse(call.body());
        guard.logins().end(call.header().apply("Cookie"));
        return Answer.json(JsonFields.object(json -> json.flag("done", true)))
                .withHeader("Set-Cookie", guard.logins().cookie().forget())
                .now();
    }

    private CompletionStage<Answer> whoami(Call call) {
        call.query().only();
        return self(call.actor().name(), guard.rights(call.actor())).now();
    }

    private Answer self(String name, List<Right> rights) {
        return Answer.json(JsonFields.object(json -> {
            json.text("name", name);
            json.objects("rights", rights, (row, right) -> row.text("name", right.word()));
            json.flag("can_log_in", guard.knowsTokens());
            json.flag("can_log_in_to_change", guard.knowsAdministrators());
        }));
    }
}
