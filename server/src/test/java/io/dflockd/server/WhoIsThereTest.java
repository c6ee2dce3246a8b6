package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators are told of those who hold something, wait for it or are connected, whichever node of a cluster they ask. */
@Timeout(120)
class WhoIsThereTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String KEY = "jobs/nightly";
    private static final String PATH = "/api/v1/locks/jobs%2Fnightly";

    @TempDir private Path folder;

    private Path identities() throws Exception {
        return Files.writeString(folder.resolve("identities.yaml"), """
                identities:
                  - name: jobs
                    tokens: ["%s"]
                    rules: [{allow: [hold], keys: ["*"]}]
                  - name: reports
                    tokens: ["%s"]
                    rules: [{allow: [hold], keys: ["*"]}]
                  - name: on-call
                    tokens: ["%s"]
                    rules: [{allow: [observe], keys: ["*"]}]
                """.formatted(IdentitiesTest.digest("t-jobs"), IdentitiesTest.digest("t-reports"),
                IdentitiesTest.digest("t-on-call")));
    }

    private DflockdServer start(ServerConfig.Builder config) throws Exception {
        return DflockdServer.start(config.set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.IDENTITIES, identities().toString())
                .build());
    }

    /** Says who it is, and what it is called. */
    private static WireClient introduced(WireClient client, String identity, String name) {
        assertThat(client.ask("auth", "_", "t-" + identity)).isEqualTo("ok");
        client.ask("hello", "_", name);
        return client;
    }

    private static Map<String, Object> get(AdminCaller admin, String path) {
        try {
            var answer = admin.send(admin.request(path).header("Authorization", "Bearer t-on-call").build());
            return MAPPER.fromJsonObject(answer.body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<?, ?> first(Map<String, Object> answer, String list) {
        return (Map<?, ?>) ((List<?>) answer.get(list)).getFirst();
    }

    private static void awaitWaiter(AdminCaller admin) {
        Eventually.await("somebody waits", PATIENCE, Duration.ofMillis(20),
                () -> Integer.valueOf(1).equals(count(get(admin, PATH).get("waiter_count"))));
    }

    private static Integer count(Object number) {
        return number instanceof Number some ? some.intValue() : 0;
    }

    /** That it is a time between these two, to the tenth of a second by which clocks are read at different moments. */
    private static void expectBetween(Object time, Instant earliest, Instant latest) {
        assertThat(Instant.parse(String.valueOf(time))).isBetween(earliest.minusMillis(100), latest.plusMillis(100));
    }

    private static void expectHolderAndWaiter(AdminCaller admin, Instant begun) {
        awaitWaiter(admin);
        var lock = get(admin, PATH);
        var holder = first(lock, "holders");
        var waiter = first(lock, "waiters");

        assertThat(holder.get("client")).isEqualTo("worker-7");
        assertThat(holder.get("principal")).isEqualTo("jobs");
        assertThat(holder.get("lease_s")).hasToString("300");
        expectBetween(holder.get("since"), begun, Instant.now());
        assertThat(waiter.get("client")).isEqualTo("report-3");
        assertThat(waiter.get("principal")).isEqualTo("reports");
        assertThat(String.valueOf(waiter.get("peer"))).startsWith("127.0.0.1:");
        expectBetween(waiter.get("since"), begun, Instant.now());
        var row = (Map<?, ?>) first(get(admin, "/api/v1/locks?prefix=jobs/"), "items").get("holder");
        assertThat(row.get("lease_s")).hasToString("300");
        expectBetween(row.get("since"), begun, Instant.now());
    }

    @Test
    void holdersAndWaitersAreToldWithLeaseIdentityAndTime() throws Exception {
        var begun = Instant.now();
        try (var server = start(ServerConfig.builder());
                var admin = new AdminCaller(server.adminAddress().orElseThrow());
                var holder = introduced(WireClient.connect(server.address()), "jobs", "worker-7");
                var waiter = introduced(WireClient.connect(server.address()), "reports", "report-3")) {
            var token = holder.ask("l", KEY, "0 300").split(" ", -1)[1];
            waiter.send("l", KEY, "60 300");

            expectHolderAndWaiter(admin, begun);

            assertThat(holder.ask("n", KEY, token + " 600")).startsWith("ok");
            var renewed = first(get(admin, PATH), "holders");
            assertThat(renewed.get("lease_s")).as("the one that it was got for").hasToString("300");
            assertThat(((Number) renewed.get("lease_left_s")).doubleValue()).isGreaterThan(500);
            var session = first(get(admin, "/api/v1/sessions"), "items");
            assertThat(session.get("principal")).isEqualTo("jobs");
            var held = first(get(admin, "/api/v1/sessions/" + session.get("session")), "held");
            assertThat(held.get("lease_s")).hasToString("300");
            expectBetween(held.get("since"), begun, Instant.now());
        }
    }

    @Test
    void connectionsAreToldWithNameIdentityAndWhatWentOverThem() throws Exception {
        try (var server = start(ServerConfig.builder());
                var admin = new AdminCaller(server.adminAddress().orElseThrow());
                var client = WireClient.connect(server.address())) {
            Eventually.await("the server knows of the connection", PATIENCE, Duration.ofMillis(20),
                    () -> get(admin, "/api/v1/connections").get("items") instanceof List<?> items && items.size() == 1);
            var before = first(get(admin, "/api/v1/connections"), "items");
            assertThat(before.get("client")).isEqualTo("");
            assertThat(before.get("principal")).isEqualTo("");
            assertThat(count(before.get("bytes_in"))).isZero();
            var asked = "auth\n_\nt-jobs\nhello\n_\nworker-7\n";

            introduced(client, "jobs", "worker-7");

            var row = first(get(admin, "/api/v1/connections"), "items");
            assertThat(row.get("client")).isEqualTo("worker-7");
            assertThat(row.get("principal")).isEqualTo("jobs");
            assertThat(row.get("tls")).isEqualTo(false);
            assertThat(count(row.get("bytes_in"))).isEqualTo(asked.length());
            int out = count(row.get("bytes_out"));
            var pong = client.ask("ping", "_", "");
            var after = first(get(admin, "/api/v1/connections"), "items");
            assertThat(count(after.get("bytes_out"))).isEqualTo(out + pong.length() + 1);
        }
    }

    @Test
    void aNamedSessionKeepsItsNameWhoeverSpeaksForIt() throws Exception {
        try (var server = start(ServerConfig.builder());
                var admin = new AdminCaller(server.adminAddress().orElseThrow());
                var client = introduced(WireClient.connect(server.address()), "jobs", "first-name")) {
            assertThat(client.ask("session", "one-0123456789abcdef", "60")).startsWith("ok new");
            client.ask("hello", "_", "worker-7");

            assertThat(first(get(admin, "/api/v1/connections"), "items").get("client")).isEqualTo("worker-7");
        }
    }

    /** Counted without what TLS adds. */
    @Test
    void whoSpeaksTlsIsSaid() throws Exception {
        var certificate = TestCertificate.issue(folder);
        try (var server = start(certificate.configure(ServerConfig.builder()).set(Setting.ADMIN_TLS, "false"));
                var admin = new AdminCaller(server.adminAddress().orElseThrow());
                var client = new WireClient(certificate.connect(server.address(), 64 * 1024))) {
            introduced(client, "jobs", "worker-7");

            var row = first(get(admin, "/api/v1/connections"), "items");
            assertThat(row.get("tls")).isEqualTo(true);
            assertThat(count(row.get("bytes_in"))).isEqualTo("auth\n_\nt-jobs\nhello\n_\nworker-7\n".length());
        }
    }

    @Test
    void aMemberThatDoesNotLeadTellsTheSame() throws Exception {
        var identities = identities();
        var begun = Instant.now();
        try (var servers = ThreeServers.start(folder,
                (name, config) -> config.set(Setting.IDENTITIES, identities.toString()))) {
            var leader = servers.leader();
            var follower = servers.followers().getFirst();
            try (var admin = servers.admin(follower);
                    var holder = introduced(WireClient.connect(servers.get(leader).address()), "jobs", "worker-7");
                    var waiter = introduced(WireClient.connect(servers.get(follower).address()), "reports",
                            "report-3")) {
                assertThat(holder.ask("l", KEY, "0 300")).startsWith("ok ");
                waiter.send("l", KEY, "60 300");

                expectHolderAndWaiter(admin, begun);

                var connections = (List<?>) get(admin, "/api/v1/connections").get("items");
                assertThat(connections).hasSize(2).allSatisfy(each -> {
                    var row = (Map<?, ?>) each;
                    assertThat(row.get("client")).isIn("worker-7", "report-3");
                    assertThat(row.get("principal")).isIn("jobs", "reports");
                    assertThat(row.get("tls")).isEqualTo(false);
                    assertThat(count(row.get("bytes_in"))).isPositive();
                });
            }
        }
    }
}
