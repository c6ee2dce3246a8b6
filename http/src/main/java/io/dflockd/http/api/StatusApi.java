package io.dflockd.http.api;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.JsonFields;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Route;
import io.dflockd.service.access.Right;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.ServerStatus;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Tells how the server is as a whole. */
public final class StatusApi {
    private final AdminDesk desk;
    private final Worker worker;

    public StatusApi(AdminDesk desk, Worker worker) {
        this.desk = desk;
        this.worker = worker;
    }

    public List<Route> routes() {
        return List.of(Route.everywhere(
                Method.GET, "/api/v1/status", Right.OBSERVE, this::status, "How this server is as a whole"));
    }

    private CompletionStage<Answer> status(Call call) {
        call.query().only();
        return worker.answer(() -> {
            var status = desk.status();
            return Answer.json(JsonFields.object(json -> write(status, json)));
        });
    }

    private static void write(ServerStatus status, JsonFields json) {
        json.text("version", status.version());
        json.seconds("uptime_s", status.uptimeMs());
        json.text("mode", status.mode());
        json.flag("ready", status.ready());
        json.flag("draining", status.draining());
        status.drain().ifPresent(drain -> DrainApi.write(drain, json));
        json.objects("limits", status.limits(), (row, limit) -> {
            row.text("name", limit.name());
            row.number("most", limit.most());
            row.number("used", limit.used());
        });
        json.object("totals", row -> status.totals().forEach(row::number));
        json.seconds("oldest_wait_s", status.turns().oldestWaitMs());
        json.number("grants", status.turns().grants());
        var connections = status.connections();
        json.object("connections", row -> {
            row.number("open", connections.open());
            row.number("accepted", connections.accepted());
            row.number("refused", connections.refused());
            row.number("auth_failures", connections.authFailures());
            row.number("slow_consumers_closed", connections.slowConsumers());
            row.number("evicted", connections.evicted());
        });
        status.cluster().ifPresent(cluster -> write(cluster, json));
    }

    private static void write(ServerStatus.Cluster cluster, JsonFields json) {
        json.text("node", cluster.node());
        json.text("role", cluster.leads() ? "leader" : "follower");
        json.text("leader", cluster.leader());
        json.number("term", cluster.term());
        cluster.applied().ifPresent(applied -> json.number("applied", applied));
        json.objects("members", cluster.members(), (row, member) -> {
            row.text("name", member.name());
            row.text("address", member.address());
        });
    }
}
