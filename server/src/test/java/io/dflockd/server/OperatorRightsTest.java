package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may have what done to the server over HTTP, and what is recorded of those who may not. */
@Timeout(60)
class OperatorRightsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final List<String> ALL = List.of("observe", "release", "sessions", "drain", "reload", "backup");

    @TempDir private Path folder;
    private DflockdServer server;
    private AdminCaller http;
    private boolean isGuarded;

    private record Act(String method, String path, String body, String right) {}

    /** What takes nothing from anybody here where it is allowed. */
    private static final List<Act> ACTS = List.of(
            new Act("POST", "/api/v1/locks/k/release", "{\"fence\":1,\"reason\":\"x\"}", "release"),
            new Act("DELETE", "/api/v1/sessions/99", "{\"reason\":\"x\"}", "sessions"),
            new Act("DELETE", "/api/v1/connections/99", "{\"reason\":\"x\"}", "sessions"),
            new Act("POST", "/api/v1/drain", "{\"reason\":\"x\"}", "drain"),
            new Act("DELETE", "/api/v1/drain", "{}", "drain"),
            new Act("POST", "/api/v1/reload", "{}", "reload"),
            new Act("PUT", "/api/v1/log-level", "{\"logger\":\"io.dflockd\",\"level\":\"info\",\"for_s\":1}", "reload"),
            new Act("POST", "/api/v1/snapshot", "{}", "backup"),
            new Act("GET", "/api/v1/locks", "", "observe"),
            new Act("GET", "/api/v1/locks/k", "", "observe"),
            new Act("GET", "/api/v1/sessions", "", "observe"),
            new Act("GET", "/api/v1/connections", "", "observe"),
            new Act("GET", "/api/v1/values", "", "observe"),
            new Act("GET", "/api/v1/status", "", "observe"),
            new Act("GET", "/api/v1/log-level", "", "observe"),
            new Act("GET", "/api/v1/settings", "", "observe"));

    /** For each right two: who has it alone, and who has all others. */
    private void start() throws Exception {
        var text = new StringBuilder("identities:\n");
        for (var right : ALL) {
            identity(text, "only-" + right, right);
            identity(text, "no-" + right,
                    ALL.stream().filter(it -> !it.equals(right)).collect(Collectors.joining(", ")));
        }
        start(ServerConfig.builder()
                .set(Setting.METRICS_AUTH, Boolean.toString(isGuarded))
                .set(Setting.IDENTITIES, Files.writeString(folder.resolve("identities.yaml"), text).toString())
                .set(Setting.AUDIT_LOG, folder.resolve("audit.log").toString()));
    }

    private void start(ServerConfig.Builder config) {
        server = DflockdServer.start(config.set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "0").build());
        http = new AdminCaller(server.adminAddress().orElseThrow());
    }

    private static void identity(StringBuilder text, String name, String rights) throws Exception {
        text.append("  - name: %s\n    tokens: [\"%s\"]\n    rules: [{allow: [%s], keys: [\"*\"]}]\n"
                .formatted(name, IdentitiesTest.digest("t-" + name), rights));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
            http.close();
        }
    }

    private HttpResponse<String> ask(Act act, String token) throws IOException, InterruptedException {
        var request = http.request(act.path).header("X-Dflockd-Via", "cli");
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!act.body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return http.send(request.method(act.method, HttpRequest.BodyPublishers.ofString(act.body)).build());
    }

    @Test
    void eachWantsARightOfItsOwn() throws Exception {
        start();
        for (var act : ACTS) {
            assertThat(ask(act, "t-no-" + act.right).statusCode()).as("all rights but %s: %s", act.right, act)
                    .isEqualTo(403);
            assertThat(ask(act, "t-only-" + act.right).statusCode()).as("%s alone: %s", act.right, act)
                    .isNotIn(401, 403);
        }
    }

    @Test
    void whoMayNotIsRecordedByNameAndWhoIsNotKnownToo() throws Exception {
        start();
        var release = ACTS.get(0);
        ask(release, "t-no-release");
        ask(release, "wrong-token-of-nobody");
        ask(new Act("POST", "/api/v1/login", "{\"token\":\"wrong-token-of-nobody\"}", ""), "");
        ask(ACTS.get(8), "wrong-token-of-nobody");

        var log = folder.resolve("audit.log");
        Eventually.await("the records", Duration.ofSeconds(20), Duration.ofMillis(20),
                () -> records(log).stream()
                        .filter(it -> !it.get("event").toString().startsWith("server."))
                        .count() == 3);

        assertThat(records(log)).anySatisfy(it -> assertThat(it).containsEntry("event", "request.refused")
                .containsEntry("actor", "no-release")
                .containsEntry("via", "cli")
                .containsEntry("outcome", "denied")
                .containsEntry("what", "POST /api/v1/locks/k/release"));
        assertThat(records(log)).anySatisfy(it -> assertThat(it).containsEntry("event", "request.refused")
                .containsEntry("actor", "unknown")
                .containsEntry("outcome", "auth"));
        assertThat(records(log)).as("the first of three, the others are told in a minute")
                .anySatisfy(
                        it -> assertThat(it).containsEntry("event", "login.failed")
                                .containsEntry("via", "http")
                                .containsEntry("source", "127.0.0.1")
                                .containsEntry("outcome", "failed"));
        assertThat(Files.readString(log)).doesNotContain("t-no-release", "wrong-token");
    }

    private static List<Map<String, Object>> records(Path log) {
        try {
            var records = new ArrayList<Map<String, Object>>();
            for (var line : Files.readAllLines(log)) {
                records.add(MAPPER.fromJsonObject(line));
            }
            return records;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void metricsAreForEverybodyUnlessTheyAreGuarded() throws Exception {
        var metrics = new Act("GET", "/metrics", "", "observe");
        start();
        assertThat(ask(metrics, "").statusCode()).isEqualTo(200);
        stop();

        isGuarded = true;
        start();
        assertThat(ask(metrics, "").statusCode()).isEqualTo(401);
        assertThat(ask(metrics, "t-no-observe").statusCode()).isEqualTo(403);
        assertThat(ask(metrics, "t-only-observe").body()).contains("dflockd_build_info");
    }

    /** A proxy on the same machine looks like a program of it, and may be open to the world. */
    @Test
    void whoComesByAProxyNeedsAToken() throws Exception {
        start(ServerConfig.builder().set(Setting.ADMIN_HOSTS, "locks.example.org"));
        var get = "GET /api/v1/locks HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";

        assertThat(http.raw(get.formatted("127.0.0.1"))).startsWith("HTTP/1.1 200 ");
        assertThat(http.raw(get.formatted("locks.example.org"))).startsWith("HTTP/1.1 403 ");
        assertThat(http.raw(get.formatted("10.1.2.3"))).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void whereOthersReachItNobodyLooksWithoutAToken() throws Exception {
        start(ServerConfig.builder().set(Setting.ADMIN_HOST, "0.0.0.0"));

        assertThat(ask(ACTS.get(8), "").statusCode()).isEqualTo(403);
        assertThat(ask(ACTS.get(0), "").statusCode()).isEqualTo(403);
        assertThat(ask(new Act("PUT", "/api/v1/values/a", "{\"value\":\"1\"}", ""), "").statusCode()).isEqualTo(403);
        assertThat(ask(new Act("GET", "/readyz", "", ""), "").statusCode()).isEqualTo(200);
    }
}
