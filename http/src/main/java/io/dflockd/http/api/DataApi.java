package io.dflockd.http.api;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.JsonFields;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Route;
import io.dflockd.service.access.Right;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.DataQuery;
import io.dflockd.service.admin.DataRow;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Which values, counters, lists, barriers and channels there are, and how large; nothing of what is in them. */
public final class DataApi {
    private static final String ROOT = "/api/v1/";

    private final AdminDesk desk;
    private final Worker worker;

    public DataApi(AdminDesk desk, Worker worker) {
        this.desk = desk;
        this.worker = worker;
    }

    /** Rules speak of keys, so channels are for those who may see all. */
    public List<Route> routes() {
        return List.of(
                route("values", "Values, without what is in them").filtered(),
                route("counters", "Counters, without their numbers").filtered(),
                route("lists", "Lists, without what is in them").filtered(),
                route("barriers", "Barriers that somebody waits at").filtered(),
                route("channels", "Channels and patterns that somebody listens to"));
    }

    private Route route(String kind, String summary) {
        return Route.atLeader(Method.GET, ROOT + kind, Right.OBSERVE, call -> list(kind, call), summary);
    }

    private CompletionStage<Answer> list(String kind, Call call) {
        long begunAt = System.nanoTime();
        var query = call.query().only("prefix", "limit", "after");
        int limit = (int) query.whole("limit", 1, Pages.MAX_LIMIT, Pages.DEFAULT_LIMIT);
        var walk = desk.data(new DataQuery(
                kind, call.actor()::maySee, query.octets("prefix"), Cursor.octets(query.octets("after")), limit));
        return worker.answer(walk, () -> {
            var rows = walk.rows();
            @Nullable String next = rows.size() < walk.total() && !rows.isEmpty()
                    ? Cursor.of(rows.getLast().key())
                    : null;
            var key = kind.equals("channels") ? "pattern" : "key";
            return Pages.page(rows, (json, row) -> write(json, key, row), next, walk.total(), walk.visited(), begunAt);
        });
    }

    private static void write(JsonFields json, String key, DataRow row) {
        json.octets(key, row.key());
        row.counts().forEach(json::number);
        row.durationsMs().forEach((name, ms) -> json.seconds(name + "_s", ms));
    }
}
