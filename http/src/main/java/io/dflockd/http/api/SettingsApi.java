package io.dflockd.http.api;

import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Call;
import io.dflockd.http.route.JsonFields;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Route;
import io.dflockd.service.access.Right;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** How a server is set, without its secrets, and until when its certificates serve. */
public final class SettingsApi {
    private final AdminDesk desk;
    private final Worker worker;

    public SettingsApi(AdminDesk desk, Worker worker) {
        this.desk = desk;
        this.worker = worker;
    }

    public List<Route> routes() {
        return List.of(Route.everywhere(
                Method.GET, "/api/v1/settings", Right.OBSERVE, this::settings,
                "How this server is set, and what certificates it shows"));
    }

    private CompletionStage<Answer> settings(Call call) {
        call.query().only();
        return worker.answer(() -> {
            var settings = desk.upkeep().settings();
            return Answer.json(JsonFields.object(json -> {
                json.objects("settings", settings.rows(), SettingsApi::write);
                json.objects("certificates", settings.certificates(), SettingsApi::write);
            }));
        });
    }

    private static void write(JsonFields json, Settings.Row row) {
        json.text("name", row.name());
        json.text("group", row.group());
        json.text("value", row.value());
        json.text("in_force", row.inForce());
        json.text("source", row.source());
        json.text("changes", row.changes());
        json.text("meaning", row.meaning());
    }

    private static void write(JsonFields json, Settings.Certificate certificate) {
        var end = Instant.ofEpochSecond(certificate.endsAtS());
        json.text("listener", certificate.listener());
        json.text("subject", certificate.subject());
        json.text("file", certificate.file());
        json.time("not_after", end);
        json.seconds("left_s", Duration.between(Instant.now(), end).toMillis());
    }
}
