package io.dflockd.http.health;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.Route;
import io.dflockd.service.admin.Health;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Answers those who start servers, send clients to them and end them. Waits for nothing and nobody. */
public final class Probes {
    private static final String VERBOSE = "verbose";

    private final Health health;

    public Probes(Health health) {
        this.health = health;
    }

    public List<Route> routes() {
        return List.of(
                probe("/livez", health::liveness, "Whether the server need not be restarted"),
                probe("/readyz", health::readiness, "Whether clients should be sent here"),
                probe("/startupz", health::startup, "Whether the server was ready once"));
    }

    private static Route probe(String path, Supplier<List<Health.Check>> checks, String summary) {
        return Route.open(path, call -> answer(call, checks.get()), summary);
    }

    private static CompletionStage<Answer> answer(Call call, List<Health.Check> checks) {
        boolean isVerbose = call.query().only(VERBOSE).has(VERBOSE);
        boolean passes = checks.stream().allMatch(Health.Check::passes);
        var text = new StringBuilder();
        for (var check : checks) {
            if (isVerbose || !check.passes()) {
                text.append(check.passes() ? "[+] " : "[-] ")
                        .append(check.name())
                        .append(": ")
                        .append(check.detail())
                        .append('\n');
            }
        }
        text.append(passes ? "ok\n" : "not ok\n");
        return Answer.text(passes ? Answer.OK : Problem.UNAVAILABLE, text.toString()).now();
    }
}
