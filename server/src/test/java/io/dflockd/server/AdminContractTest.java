package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said of the admin listener's answers is so, for each of them, and a difference would be noticed. */
@Timeout(60)
class AdminContractTest {
    private static final String ADMIN = "open-sesame-and-let-me-in";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String NAMED = "0123456789abcdef";

    @TempDir private Path folder;
    private DflockdServer server;

    @BeforeEach
    void start() throws IOException {
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.ADMIN_TOKEN_FILE, Files.writeString(folder.resolve("token"), ADMIN).toString())
                .build());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private AdminCaller caller(AdminContract contract) {
        return new AdminCaller(server.adminAddress().orElseThrow(), contract);
    }

    private static HttpResponse<String> send(AdminCaller admin, String method, String path, String body)
            throws IOException, InterruptedException {
        return admin.send(admin.request(path)
                .header("Authorization", "Bearer " + ADMIN)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void everyOperationAnswersAsIsDescribed() throws IOException, InterruptedException {
        var contract = AdminContract.ofThisServer();
        try (var holder = WireClient.connect(server.address());
                var waiter = WireClient.connect(server.address());
                var named = WireClient.connect(server.address());
                var admin = caller(contract)) {
            holder.ask("hello", "lost", "worker-7");
            holder.ask("l", "jobs/nightly", "0 300");
            holder.ask("sl", "pool", "0 300 3");
            holder.ask("rl", "page", "0 300");
            holder.ask("l", "gone\u00ff", "0 300");
            named.ask("session", NAMED, "30");
            named.ask("l", "mine", "0 300");
            waiter.send("l", "jobs/nightly", "30 300");
            storeSomething(named);
            try (var atBarrier = WireClient.connect(server.address())) {
                atBarrier.send("bwait", "gate", "3 30");
                look(admin);
            }
            awaitWaiter(admin);

            for (var path : List.of("/livez", "/readyz?verbose", "/startupz", "/metrics", "/api/v1/openapi.json",
                    "/api/v1/status", "/api/v1/whoami", "/api/v1/locks", "/api/v1/locks?limit=2&prefix=&kind=lock",
                    "/api/v1/locks?sort=age&state=held&holder=&min_age=0&min_waiters=0", "/api/v1/locks/gone%FF",
                    "/api/v1/locks/jobs%2Fnightly", "/api/v1/sessions?limit=1",
                    "/api/v1/connections?limit=1")) {
                assertThat(send(admin, "GET", path, "").statusCode()).as(path).isEqualTo(200);
            }
            useData(admin);
            upkeep(admin);
            endAll(admin);

            var withAnEnd = contract.described();
            assertThat(withAnEnd.removeAll(
                    List.of("GET /api/v1/events", "GET /api/v1/signals", "GET /api/v1/watch"))).as("without an end")
                    .isTrue();
            assertThat(contract.seen()).containsExactlyElementsOf(withAnEnd);
        }
    }

    private static void storeSomething(WireClient client) {
        client.ask("kset", "v/a", "x\t100");
        client.ask("kset", "v/b\u00ff", "secret");
        client.ask("incr", "n", "4711");
        client.ask("rpush", "q", "secret");
        client.ask("listen", "news.>", "");
        client.ask("listen", "news.a", "workers");
    }

    private static void look(AdminCaller admin) throws IOException, InterruptedException {
        Eventually.await("somebody waits at the barrier", Duration.ofSeconds(20), Duration.ofMillis(20), () -> {
            try {
                return admin.get("/api/v1/barriers").body().contains("\"key\":\"gate\",\"wanted\":3,\"present\":1,");
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        var values = admin.get("/api/v1/values?limit=1").body();
        assertThat(values).contains("\"key\":\"v/a\",\"bytes\":1,", "\"ttl_left_s\":", "\"total\":2,", "\"next\":");
        var next = MAPPER.fromJsonObject(values).get("next");
        assertThat(admin.get("/api/v1/values?after=" + next).body()).contains("\"key_b64\"").doesNotContain("secret");
        assertThat(admin.get("/api/v1/counters?prefix=n").body()).contains("\"key\":\"n\",").doesNotContain("4711");
        assertThat(admin.get("/api/v1/lists").body()).contains("\"values\":1,\"bytes\":6,").doesNotContain("secret");
        assertThat(admin.get("/api/v1/channels").body())
                .contains("{\"pattern\":\"news.\\u003e\",\"listeners\":1,\"groups\":0,\"members\":0}")
                .contains("{\"pattern\":\"news.a\",\"listeners\":0,\"groups\":1,\"members\":1}");
    }

    private static void awaitWaiter(AdminCaller admin) {
        Eventually.await("somebody waits", Duration.ofSeconds(20), Duration.ofMillis(20), () -> {
            try {
                return admin.get("/api/v1/locks?min_waiters=1").body().contains("jobs/nightly");
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static void useData(AdminCaller admin) throws IOException, InterruptedException {
        var held = send(admin, "POST", "/api/v1/locks/http/acquire", "{\"lease_s\":60}");
        done(held);
        var token = "{\"token\":\"" + MAPPER.fromJsonObject(held.body()).get("token") + "\"}";
        done(send(admin, "POST", "/api/v1/locks/http/renew", token));
        done(send(admin, "POST", "/api/v1/locks/http/unlock", token));
        done(send(admin, "PUT", "/api/v1/values/http", "{\"value\":\"1\"}"));
        done(send(admin, "GET", "/api/v1/values/http", ""));
        done(send(admin, "DELETE", "/api/v1/values/http", ""));
        done(send(admin, "PUT", "/api/v1/counters/http", "{\"value\":1}"));
        done(send(admin, "POST", "/api/v1/counters/http/add", "{\"delta\":1}"));
        done(send(admin, "GET", "/api/v1/counters/http", ""));
        done(send(admin, "POST", "/api/v1/lists/http/push", "{\"value\":\"1\"}"));
        done(send(admin, "GET", "/api/v1/lists/http", ""));
        done(send(admin, "POST", "/api/v1/lists/http/pop", "{}"));
        done(send(admin, "POST", "/api/v1/signals/http", "{\"payload\":\"1\"}"));
    }

    private static void upkeep(AdminCaller admin) throws IOException, InterruptedException {
        done(send(admin, "PUT", "/api/v1/log-level",
                "{\"logger\":\"io.dflockd.transport\",\"level\":\"info\",\"for_s\":1}"));
        done(send(admin, "GET", "/api/v1/log-level", ""));
        done(send(admin, "GET", "/api/v1/settings", ""));
        done(send(admin, "POST", "/api/v1/reload", "{}"));
        done(send(admin, "POST", "/api/v1/snapshot", "{}"));
        done(send(admin, "POST", "/api/v1/drain", "{\"reason\":\"test\",\"deadline_s\":600}"));
        assertThat(admin.get("/api/v1/status").body()).contains("\"left\":");
        done(send(admin, "DELETE", "/api/v1/drain", "{}"));
    }

    private static void endAll(AdminCaller admin) throws IOException, InterruptedException {
        var lock = MAPPER.fromJsonObject(admin.get("/api/v1/locks/jobs%2Fnightly").body());
        var fence = ((Map<?, ?>) ((List<?>) lock.get("holders")).getFirst()).get("fence");
        done(send(admin, "POST", "/api/v1/locks/jobs%2Fnightly/release",
                "{\"fence\":" + fence + ",\"reason\":\"test\"}"));
        for (var each : items(admin, "/api/v1/sessions")) {
            done(send(admin, "GET", "/api/v1/sessions/" + each.get("session"), ""));
        }
        var session = items(admin, "/api/v1/sessions").getFirst().get("session");
        done(send(admin, "DELETE", "/api/v1/sessions/" + session, "{\"reason\":\"test\"}"));
        var connection = items(admin, "/api/v1/connections").getLast().get("connection");
        done(send(admin, "DELETE", "/api/v1/connections/" + connection, "{\"reason\":\"test\"}"));
        done(send(admin, "POST", "/api/v1/login", "{\"token\":\"" + ADMIN + "\"}"));
        done(send(admin, "POST", "/api/v1/logout", "{}"));
    }

    private static void done(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static List<Map<?, ?>> items(AdminCaller admin, String path) throws IOException, InterruptedException {
        var items = (List<?>) MAPPER.fromJsonObject(admin.get(path).body()).get("items");
        return items.stream().<Map<?, ?>>map(each -> (Map<?, ?>) each).toList();
    }

    /** Each a difference between what is said and what is answered. */
    @Test
    void aDifferenceIsNoticed() {
        ask(AdminContract.ofThisServer());
        assertThatThrownBy(() -> ask(AdminContract.mutated("Status", "uptime_s", Map.of("type", "string"))))
                .as("another type")
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("uptime_s");
        assertThatThrownBy(() -> ask(AdminContract.mutated("Status", "mode", Map.of("enum", List.of("other")))))
                .as("a value that is not named")
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("mode");
        var contract = AdminContract.ofThisServer();
        assertThatThrownBy(() -> contract.check("GET", "/api/v1/status", 200, "application/json", "{}"))
                .as("a field that is missing")
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("uptime_s");
        var done = "{\"done\":true}";
        assertThatCode(() -> contract.check("POST", "/api/v1/logout", 200, "application/json", done))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> contract.check("POST", "/api/v1/logout", 200, "application/json",
                "{\"done\":true,\"more\":1}")).as("a field more").isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> contract.check("POST", "/api/v1/logout", 201, "application/json", done))
                .as("another status")
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> contract.check("POST", "/api/v1/logout", 200, "text/plain", done))
                .as("another form")
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> contract.check("GET", "/api/v1/other", 200, "application/json", done))
                .as("another path")
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> contract.check("GET", "/api/v1/other", 404, "application/problem+json", done))
                .as("a problem that is none")
                .isInstanceOf(AssertionError.class);
    }

    private void ask(AdminContract contract) {
        try (var admin = caller(contract)) {
            admin.get("/api/v1/status");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
