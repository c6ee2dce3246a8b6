package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the limits of an identity are to those who connect as it. */
class IdentityLimitsTest {
    private static final Duration LONG = Duration.ofSeconds(15);
    private static final String SESSION = "one-0123456789abcdef";

    @TempDir Path folder;

    private Path write(String limits) throws Exception {
        return Files.writeString(folder.resolve("identities.yaml"), """
                identities:
                  - name: tenant
                    tokens: ["%s"]
                    rules: [{allow: [hold, read, write, observe], keys: ["*"]}]
                %s
                  - name: other
                    tokens: ["%s"]
                    rules: [{allow: [hold, read, write], keys: ["*"]}]
                """.formatted(IdentitiesTest.digest("t-tenant"), limits.indent(4).stripTrailing(),
                IdentitiesTest.digest("t-other")));
    }

    private ServerConfig.Builder config(Path file) {
        return ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.IDENTITIES, file.toString());
    }

    private static WireClient client(DflockdServer server, String token) throws IOException {
        var client = WireClient.connect(server.address());
        assertThat(client.ask("auth", "_", token)).isEqualTo("ok");
        return client;
    }

    private static String whoAmI(DflockdServer server) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(
                "http://127.0.0.1:" + server.adminAddress().orElseThrow().getPort() + "/api/v1/whoami"))
                .header("Authorization", "Bearer t-tenant")
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void allConnectionsOfAnIdentityShareItsLimitsAndAReloadChangesThem() throws Exception {
        var file = write("max_holds: 2\nmax_waiters: 1\nmax_values_bytes: 1000");
        try (var server = DflockdServer.start(config(file).build());
                var one = client(server, "t-tenant");
                var two = client(server, "t-tenant");
                var other = client(server, "t-other")) {
            assertThat(one.ask("l", "a", "0")).startsWith("ok ");
            assertThat(two.ask("session", SESSION, "60")).startsWith("ok new");
            assertThat(two.ask("@1 e", "b", "")).startsWith("@1 acquired ");
            assertThat(one.ask("elect", "c", "0")).isEqualTo("error_max_locks");
            assertThat(two.ask("@2 wl", "c", "0")).isEqualTo("@2 error_max_locks");
            assertThat(other.ask("l", "c", "0")).startsWith("ok ");
            assertThat(one.ask("kset", "v", "x".repeat(900) + "\t0")).isEqualTo("error_max_keys");
            assertThat(one.ask("kset", "v", "x".repeat(500) + "\t0")).isEqualTo("ok");
            assertThat(whoAmI(server)).contains(
                    "{\"name\":\"max_holds\",\"most\":2,\"used\":2}",
                    "{\"name\":\"max_connections\",\"most\":0,\"used\":2}");

            write("max_holds: 3");
            server.reload();

            Eventually.await("the higher limit", LONG, () -> one.ask("l", "d", "0").startsWith("ok "));
            assertThat(two.ask("@3 l", "e", "0")).isEqualTo("@3 error_max_locks");
            write("max_holds: 1");
            server.reload();
            assertThat(one.ask("l", "f", "0")).isEqualTo("error_max_locks");
            assertThat(one.ask("holders", "a", "")).as("nothing is taken away").contains("\"holders\":[{");
            write("");
            server.reload();
            Eventually.await("no limit", LONG, () -> one.ask("l", "f", "0").startsWith("ok "));
        }
    }

    @Test
    void connectionsAreRefusedWithAWordAndOnlyThoseOfTheIdentity() throws Exception {
        try (var server = DflockdServer.start(config(write("max_connections: 1")).build());
                var first = client(server, "t-tenant");
                var refused = WireClient.connect(server.address());
                var other = client(server, "t-other")) {
            assertThat(refused.ask("auth", "_", "t-tenant")).isEqualTo("error_max_connections");
            assertThat(refused.line()).isEqualTo(WireClient.END);
            assertThat(other.ask("ping", "_", "")).isEqualTo("ok");
            assertThat(first.ask("ping", "_", "")).isEqualTo("ok");
            first.close();
            Eventually.await("room for another", LONG, () -> {
                try (var next = WireClient.connect(server.address())) {
                    return next.ask("auth", "_", "t-tenant").equals("ok");
                }
            });
        }
    }

    @Test
    void whoAsksTooOftenIsRefusedTaggedOrNotAndGoesOn() throws Exception {
        try (var server = DflockdServer.start(config(write("requests_per_second: 2")).build());
                var plain = client(server, "t-tenant");
                var named = client(server, "t-tenant");
                var other = client(server, "t-other")) {
            var answers = new ArrayList<String>();
            for (int i = 0; i < 20; i++) {
                answers.add(plain.ask("ping", "_", ""));
                answers.add(plain.ask("@t" + i + " ping", "_", ""));
            }
            assertThat(answers).contains("ok", "error_max_requests", "@t19 error_max_requests");
            for (int i = 0; i < 20; i++) {
                assertThat(other.ask("ping", "_", "")).isEqualTo("ok");
            }
            // What has a number is taken also where it is refused, so that the numbers go on.
            Eventually.await("a session", LONG, () -> named.ask("session", SESSION, "60").startsWith("ok new"));
            var numbered = new ArrayList<String>();
            for (int i = 1; i <= 10; i++) {
                numbered.add(named.ask("@" + i + " incr", "n", "1"));
            }
            assertThat(numbered.getLast()).isEqualTo("@10 error_max_requests");
            var number = new AtomicInteger(10);
            Eventually.await("its turn", LONG,
                    () -> named.ask("@" + number.incrementAndGet() + " incr", "n", "1").contains(" ok "));
        }
    }

    private static String row(DflockdServer server, String row) {
        return Long.toString((long) Scrape.of(server).value(row));
    }

    /** Who is kept from what is counted once, and is nothing that went well. */
    @Test
    void whatIsDeniedAndRefusedIsCounted() throws Exception {
        var config = config(write("max_holds: 1\nmax_connections: 1")).set(Setting.AUDIT_LOG,
                folder.resolve("audit.log").toString());
        try (var server = DflockdServer.start(config.build());
                var tenant = client(server, "t-tenant");
                var second = WireClient.connect(server.address());
                var stranger = WireClient.connect(server.address());
                var hasty = WireClient.connect(server.address())) {
            assertThat(tenant.ask("l", "a", "0")).startsWith("ok ");
            assertThat(tenant.ask("l", "b", "0")).isEqualTo("error_max_locks");
            assertThat(tenant.ask("signal", "c", "x")).isEqualTo("error_denied");
            assertThat(tenant.ask("stats", "_", "")).isEqualTo("error_denied");
            assertThat(tenant.ask("revoke", "a", "1")).isEqualTo("error_denied");
            assertThat(second.ask("auth", "_", "t-tenant")).isEqualTo("error_max_connections");
            assertThat(stranger.ask("auth", "_", "t-wrong")).isEqualTo("error_auth");
            assertThat(hasty.ask("l", "a", "0")).isEqualTo("error_auth");

            assertThat(row(server, "dflockd_denied_total{right=\"send\"}")).isEqualTo("1");
            assertThat(row(server, "dflockd_denied_total{right=\"stats\"}")).isEqualTo("1");
            assertThat(row(server, "dflockd_denied_total{right=\"release\"}")).isEqualTo("1");
            assertThat(row(server, "dflockd_denied_total{right=\"hold\"}")).isEqualTo("0");
            assertThat(row(server, "dflockd_requests_total{outcome=\"refused\",verb=\"stats\"}")).isEqualTo("1");
            assertThat(row(server, "dflockd_auth_failures_total{reason=\"token\"}")).isEqualTo("1");
            assertThat(row(server, "dflockd_auth_failures_total{reason=\"missing\"}")).isEqualTo("1");
            assertThat(row(server, "dflockd_identity_refusals_total{limit=\"holds\"}")).isEqualTo("1");
            assertThat(row(server, "dflockd_identity_refusals_total{limit=\"connections\"}")).isEqualTo("1");
            assertThat(row(server, "dflockd_limit_refusals_total{limit=\"locks\"}")).as("pages nobody").isEqualTo("0");
            assertThat(row(server, "dflockd_audit_failures_total")).isEqualTo("0");
            assertThat(row(server, "dflockd_audit_records_total{outcome=\"denied\"}")).isNotEqualTo("0");
            write("max_holds: 0");
            assertThatThrownBy(server::reload).hasMessageContaining("line 5: \"max_holds\" is \"0\"");
            assertThat(row(server, "dflockd_reloads_total{outcome=\"failed\",what=\"identities\"}")).isEqualTo("1");
        }
    }

    /** What decides is state, and comes back with it; what the file says counts from the next login on. */
    @Test
    void whatWasTakenCountsAfterARestart() throws Exception {
        var data = folder.resolve("data").toString();
        try (var server = DflockdServer.start(config(write("max_holds: 1")).set(Setting.DATA_DIR, data).build());
                var client = client(server, "t-tenant")) {
            assertThat(client.ask("l", "a", "0 600")).startsWith("ok ");
            server.close();
        }
        try (var server = DflockdServer.start(config(write("max_holds: 1")).set(Setting.DATA_DIR, data).build());
                var client = client(server, "t-tenant")) {
            assertThat(client.ask("l", "b", "0")).isEqualTo("error_max_locks");
            write("max_holds: 2");
            server.reload();
            Eventually.await("the new limit", LONG, () -> client.ask("l", "b", "0").startsWith("ok "));
            assertThat(client.ask("l", "c", "0")).isEqualTo("error_max_locks");
        }
    }
}
