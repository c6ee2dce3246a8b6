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
import io.dflockd.service.admin.LockDetails;
import io.dflockd.service.admin.LockQuery;
import io.dflockd.service.admin.LockRow;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Who holds what, who waits for it, and how one hold is ended. */
public final class LocksApi {
    private static final long LONGEST_AGE_SECONDS = 1_000_000_000;

    private final AdminDesk desk;
    private final Worker worker;

    public LocksApi(AdminDesk desk, Worker worker) {
        this.desk = desk;
        this.worker = worker;
    }

    public List<Route> routes() {
        return List.of(
                Route.atLeader(Method.GET, "/api/v1/locks", Right.OBSERVE, this::list,
                        "Locks, semaphores, read-write locks and elections").filtered(),
                Route.atLeader(Method.GET, "/api/v1/locks/{key}", Right.OBSERVE, this::show,
                        "Who holds a key and who waits for it"),
                Route.atLeader(Method.POST, "/api/v1/locks/{key}/release", Right.RELEASE, this::release,
                        "Ends one hold, if its fence is current"));
    }

    private CompletionStage<Answer> list(Call call) {
        long begunAt = System.nanoTime();
        var query = query(call);
        var walk = desk.locks(query);
        return worker.answer(walk, () -> {
            var rows = walk.rows();
            boolean hasMore = rows.size() < walk.total() && query.order().equals("key") && !rows.isEmpty();
            @Nullable String next = hasMore ? Cursor.of(rows.getLast().key()) : null;
            return Pages.page(rows, LocksApi::write, next, walk.total(), walk.visited(), begunAt);
        });
    }

    private static LockQuery query(Call call) {
        var query = call.query()
                .only("prefix", "limit", "after", "sort", "kind", "state", "holder", "principal", "min_age",
                        "min_waiters");
        var order = query.word("sort", LockQuery.ORDERS).orElse("key");
        if (query.has("after") && !order.equals("key")) {
            throw Problem.invalid("after: only a list in the order of keys goes on").exception();
        }
        return new LockQuery(
                call.actor()::maySee,
                query.octets("prefix"),
                Cursor.octets(query.octets("after")),
                query.word("kind", LockQuery.KINDS).map(List::of).orElse(List.of()),
                query.word("state", LockQuery.STATES).orElse(""),
                query.octets("holder"),
                query.octets("principal"),
                query.milliseconds("min_age", LONGEST_AGE_SECONDS, 0),
                (int) query.whole("min_waiters", 0, Integer.MAX_VALUE, 0),
                order,
                (int) query.whole("limit", 1, Pages.MAX_LIMIT, Pages.DEFAULT_LIMIT));
    }

    private static void write(JsonFields json, LockRow row) {
        json.octets("key", row.key());
        json.text("kind", row.kind());
        json.number("limit", row.limit());
        json.number("holders", row.holders());
        if (row.holders() > 0) {
            json.object("holder", holder -> {
                holder.octets("client", row.client());
                holder.text("peer", row.peer());
                holder.text("principal", row.principal());
                holder.number("session", row.session());
                holder.number("fence", row.fence());
                holder.since("since", row.heldMs());
                holder.seconds("held_s", row.heldMs());
                holder.seconds("lease_s", row.leaseMs());
                holder.seconds("lease_left_s", row.leaseLeftMs());
            });
        }
        json.number("waiters", row.waiters());
        json.seconds("longest_wait_s", row.longestWaitMs());
        json.tenths("heat", row.heat());
    }

    private CompletionStage<Answer> show(Call call) {
        int limit = (int) call.query().only("limit").whole("limit", 1, Pages.MAX_LIMIT, Pages.DEFAULT_LIMIT);
        return worker.answer(() -> {
            var details = desk.lock(call.parameter("key"), limit);
            if (details.holderCount() == 0 && details.waiterCount() == 0) {
                throw Problem.of(Problem.NOT_FOUND, "not_found", "nobody holds this key or waits for it").exception();
            }
            return Answer.json(JsonFields.object(json -> write(details, json)));
        });
    }

    private static void write(LockDetails details, JsonFields json) {
        json.octets("key", details.key());
        json.text("kind", details.kind());
        json.number("limit", details.limit());
        json.objects("holders", details.holders(), (row, holder) -> {
            row.octets("client", holder.client());
            row.text("peer", holder.peer());
            row.text("principal", holder.principal());
            row.number("session", holder.session());
            row.text("mode", holder.mode());
            row.number("fence", holder.fence());
            row.since("since", holder.heldMs());
            row.seconds("held_s", holder.heldMs());
            row.seconds("lease_s", holder.leaseMs());
            row.seconds("lease_left_s", holder.leaseLeftMs());
        });
        json.number("holder_count", details.holderCount());
        json.objects("waiters", details.waiters(), (row, waiter) -> {
            row.octets("client", waiter.client());
            row.text("peer", waiter.peer());
            row.text("principal", waiter.principal());
            row.number("session", waiter.session());
            row.text("mode", waiter.mode());
            row.since("since", waiter.waitedMs());
            row.seconds("waited_s", waiter.waitedMs());
        });
        json.number("waiter_count", details.waiterCount());
    }

    private CompletionStage<Answer> release(Call call) {
        call.query().only();
        var body = JsonBody.parse(call.body(), "fence", "reason");
        long fence = body.number("fence");
        var reason = body.text("reason", Endings.LONGEST_REASON);
        var key = call.parameter("key");
        return worker.look(() -> desk.lock(key, Pages.MAX_LIMIT))
                .thenCompose(before -> desk.revoke(key, fence, call.peer()).thenApply(verdict -> {
                    desk.audit().revoked(Endings.asker(call), before, fence, reason, Endings.outcome(verdict));
                    return Endings.answer(verdict, gone(before));
                }));
    }

    private static Problem gone(LockDetails now) {
        return Problem.of(Problem.CONFLICT, "not_current", now.holders().isEmpty()
                ? "nobody holds this key any more"
                : "this hold has ended; the key is held with the fence " + now.holders().getFirst().fence());
    }
}
