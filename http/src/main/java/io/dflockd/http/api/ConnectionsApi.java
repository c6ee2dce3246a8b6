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
import io.dflockd.service.admin.ConnectionRow;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The connections of clients, and how one is ended. */
public final class ConnectionsApi {
    private final AdminDesk desk;
    private final Worker worker;

    public ConnectionsApi(AdminDesk desk, Worker worker) {
        this.desk = desk;
        this.worker = worker;
    }

    public List<Route> routes() {
        return List.of(
                Route.atLeader(Method.GET, "/api/v1/connections", Right.OBSERVE, this::list, "Connections of clients"),
                Route.atLeader(Method.DELETE, "/api/v1/connections/{id}", Right.SESSIONS, this::end,
                        "Ends a connection; a session that outlives it goes on"));
    }

    private CompletionStage<Answer> list(Call call) {
        long begunAt = System.nanoTime();
        var query = call.query().only("limit", "after");
        int limit = (int) query.whole("limit", 1, Pages.MAX_LIMIT, Pages.DEFAULT_LIMIT);
        var walk = desk.connections(Cursor.number(query.octets("after")), limit);
        return worker.answer(walk, () -> {
            var rows = walk.rows();
            @Nullable String next = rows.size() < limit ? null : Cursor.of(Long.toString(rows.getLast().connection()));
            return Pages.page(rows, ConnectionsApi::write, next, -1, walk.visited(), begunAt);
        });
    }

    private static void write(JsonFields json, ConnectionRow row) {
        json.number("connection", row.connection());
        json.number("session", row.session());
        json.octets("client", row.client());
        json.text("peer", row.peer());
        json.text("principal", row.principal());
        json.flag("admin", row.admin());
        json.flag("tls", row.flow().tls());
        json.since("since", row.ageMs());
        json.seconds("age_s", row.ageMs());
        json.flag("waits", row.waits());
        json.number("tagged", row.tagged());
        json.number("under_way", row.underWay());
        json.flag("slow", row.congested());
        json.number("bytes_in", row.flow().bytesIn());
        json.number("bytes_out", row.flow().bytesOut());
    }

    private CompletionStage<Answer> end(Call call) {
        call.query().only();
        long number = Endings.number(call, "id");
        var reason = JsonBody.parse(call.body(), "reason").text("reason", Endings.LONGEST_REASON);
        return desk.endConnection(number).thenApply(verdict -> {
            desk.audit().ended(Endings.asker(call), "connection.ended", number, "", reason, Endings.outcome(verdict));
            return Endings.answer(verdict,
                    Problem.of(Problem.NOT_FOUND, "not_found", "there is no connection " + number));
        });
    }
}
