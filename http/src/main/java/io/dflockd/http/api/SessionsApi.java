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
import io.dflockd.service.admin.SessionRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Who is there, or away for a while, and what he has. */
public final class SessionsApi {
    private final AdminDesk desk;
    private final Worker worker;

    public SessionsApi(AdminDesk desk, Worker worker) {
        this.desk = desk;
        this.worker = worker;
    }

    public List<Route> routes() {
        return List.of(
                Route.atLeader(Method.GET, "/api/v1/sessions", Right.OBSERVE, this::list,
                        "Sessions that have something"),
                Route.atLeader(Method.GET, "/api/v1/sessions/{id}", Right.OBSERVE, this::show, "What a session has"),
                Route.atLeader(Method.DELETE, "/api/v1/sessions/{id}", Right.SESSIONS, this::end, "Ends a session"));
    }

    private CompletionStage<Answer> list(Call call) {
        long begunAt = System.nanoTime();
        var query = call.query().only("limit", "after");
        int limit = (int) query.whole("limit", 1, Pages.MAX_LIMIT, Pages.DEFAULT_LIMIT);
        var walk = desk.sessions(Cursor.number(query.octets("after")), limit);
        return worker.answer(walk, () -> {
            var rows = walk.rows();
            @Nullable String next = rows.size() < limit ? null : Cursor.of(Long.toString(rows.getLast().session()));
            return Pages.page(rows, SessionsApi::write, next, -1, walk.visited(), begunAt);
        });
    }

    private static void write(JsonFields json, SessionRow row) {
        json.number("session", row.session());
        json.octets("client", row.client());
        json.text("peer", row.peer());
        json.text("principal", row.principal());
        json.flag("outlives_connection", row.outlives());
        json.text("state", row.connection() == 0 ? "away" : "connected");
        json.number("connection", row.connection());
        json.seconds("grace_left_s", row.graceLeftMs());
        json.number("holds", row.holds());
        json.number("waiters", row.waiters());
        json.number("list_waiters", row.poppers());
        json.number("barrier_waiters", row.participants());
        json.number("subscriptions", row.subscriptions());
    }

    private CompletionStage<Answer> show(Call call) {
        call.query().only();
        long number = Endings.number(call, "id");
        return worker.answer(() -> {
            var row = desk.session(number).orElseThrow(() -> gone(number).exception());
            var holds = desk.holdsOf(number, Pages.DEFAULT_LIMIT);
            return Answer.json(JsonFields.object(json -> {
                write(json, row);
                json.objects("held", holds, (each, held) -> {
                    each.octets("key", held.key());
                    each.text("mode", held.mode());
                    each.number("fence", held.fence());
                    each.since("since", held.heldMs());
                    each.seconds("held_s", held.heldMs());
                    each.seconds("lease_s", held.leaseMs());
                    each.seconds("lease_left_s", held.leaseLeftMs());
                });
            }));
        });
    }

    private CompletionStage<Answer> end(Call call) {
        call.query().only();
        long number = Endings.number(call, "id");
        var reason = JsonBody.parse(call.body(), "reason").text("reason", Endings.LONGEST_REASON);
        return worker.look(() -> desk.session(number))
                .thenCompose(before -> desk.endSession(number, before, call.peer()).thenApply(verdict -> {
                    desk.audit()
                            .ended(Endings.asker(call), "session.ended", number, client(before), reason,
                                    Endings.outcome(verdict));
                    return Endings.answer(verdict, gone(number));
                }));
    }

    private static String client(Optional<SessionRow> row) {
        return row.map(SessionRow::client).orElse("");
    }

    private static Problem gone(long number) {
        return Problem.of(Problem.NOT_FOUND, "not_found",
                "there is no session " + number
                        + " that holds something, waits for something or outlives its connection");
    }
}
