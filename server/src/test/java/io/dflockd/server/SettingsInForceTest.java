package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.server.config.ConfigLoader;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Operators are told how a server is set, from where each value is and how it can change, and no secret. */
@Timeout(120)
class SettingsInForceTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String SECRET = "the-token-of-all-clients";

    @TempDir private Path folder;

    private static ServerConfig config(Map<String, String> environment, String... arguments) {
        var all = new ArrayList<>(List.of("--port", "0", "--admin-port", "0"));
        all.addAll(List.of(arguments));
        return ((ConfigLoader.Wish.Serve) ConfigLoader.load(all, environment)).config();
    }

    private static String ask(AdminCaller admin, String token) throws IOException, InterruptedException {
        return admin.send(admin.request("/api/v1/settings").header("Authorization", "Bearer " + token).build()).body();
    }

    private static Map<String, Map<?, ?>> rows(String answer) {
        var rows = new LinkedHashMap<String, Map<?, ?>>();
        for (var each : (List<?>) MAPPER.fromJsonObject(answer).get("settings")) {
            rows.put(String.valueOf(((Map<?, ?>) each).get("name")), (Map<?, ?>) each);
        }
        return rows;
    }

    private static void expect(Map<?, ?> row, String value, String inForce, String source, String changes) {
        assertThat(List.of(row.get("value"), row.get("in_force"), row.get("source"), row.get("changes")))
                .as("%s", row)
                .isEqualTo(List.of(value, inForce, source, changes));
    }

    @Test
    void eachIsToldWithItsSourceAndNoSecretIs() throws Exception {
        var file = Files.writeString(folder.resolve("dflockd.yaml"), "max-locks: 500\nmax-keys: 7\nstats-limit: 9\n");
        var environment = Map.of("DFLOCKD_MAX_KEYS", "8", "DFLOCKD_AUTH_TOKEN", SECRET, "DFLOCKD_STATS_LIMIT", "10");
        var config = config(environment, "--config", file.toString(), "--stats-limit", "11", "--max-memory",
                "300000000");
        try (var server = DflockdServer.start(config);
                var admin = new AdminCaller(server.adminAddress().orElseThrow())) {
            var answer = ask(admin, SECRET);
            var rows = rows(answer);

            assertThat(answer).doesNotContain(SECRET);
            assertThat(rows.keySet())
                    .containsExactlyElementsOf(Stream.of(Setting.values()).map(Setting::entry).toList());
            expect(rows.get("max-locks"), "500", "500", "file", "restart");
            expect(rows.get("max-keys"), "8", "8", "environment", "restart");
            expect(rows.get("stats-limit"), "11", "11", "flag", "restart");
            expect(rows.get("auth-token"), "(set)", "(set)", "environment", "restart");
            expect(rows.get("auth-token-file"), "", "", "default", "restart");
            expect(rows.get("max-memory"), "300000000", "300000000", "flag", "restart");
            expect(rows.get("max-list-length"), "0", "0", "default", "restart");
            assertThat(rows.get("transport").get("in_force")).isIn("io_uring", "epoll", "nio");
            assertThat(Integer.parseInt(String.valueOf(rows.get("io-threads").get("in_force")))).isPositive();
            assertThat(Integer.parseInt(String.valueOf(rows.get("max-connections").get("in_force")))).isPositive();
            assertThat(MAPPER.fromJsonObject(answer).get("certificates")).isEqualTo(List.of());
        }
    }

    /** What the documentation of a setting says of its file. */
    @Test
    void whatIsReadAgainIsToldAsSuchWhereThereIsAFile() throws Exception {
        var certificate = TestCertificate.issue(folder);
        var identities = Files.writeString(folder.resolve("identities.yaml"), """
                identities:
                  - {name: on-call, tokens: ["%s"], rules: [{allow: [observe], keys: ["*"]}]}
                """.formatted(IdentitiesTest.digest("t-on-call")));
        var config = config(Map.of(), "--tls-cert", certificate.certificateFile().toString(), "--tls-key",
                certificate.keyFile().toString(), "--admin-tls", "false", "--identities", identities.toString());
        try (var server = DflockdServer.start(config);
                var admin = new AdminCaller(server.adminAddress().orElseThrow())) {
            var answer = ask(admin, "t-on-call");
            var rows = rows(answer);

            assertThat(rows.values()).filteredOn(row -> row.get("changes").equals("reload"))
                    .extracting(row -> String.valueOf(row.get("name")))
                    .containsExactly("identities", "tls-cert", "tls-key");
            var shown = (Map<?, ?>) ((List<?>) MAPPER.fromJsonObject(answer).get("certificates")).getFirst();
            var end = certificate.certificate().getNotAfter().toInstant();
            assertThat(shown.get("listener")).isEqualTo("data");
            assertThat(shown.get("subject")).isEqualTo("CN=test");
            assertThat(shown.get("file")).isEqualTo(certificate.certificateFile().toString());
            assertThat(Instant.parse(String.valueOf(shown.get("not_after")))).isEqualTo(end);
            assertThat(((Number) shown.get("left_s")).doubleValue())
                    .isBetween(Duration.between(Instant.now(), end).toSeconds() - 60.0,
                            Duration.between(Instant.now(), end).toSeconds() + 60.0);
        }
    }

    @Test
    void ofAMemberTheLimitsOfTheClusterAreToldAndWhatOthersMadeTheBetterValue() {
        try (var servers = ThreeServers.start(folder, (name, config) -> config.set(Setting.MAX_LOCKS, "5000"))) {
            var follower = servers.followers().getFirst();
            try (var admin = servers.admin(follower)) {
                var rows = rows(ask(admin, ThreeServers.TOKEN));

                expect(rows.get("max-locks"), "5000", "5000", "flag", "cluster_set");
                expect(rows.get("stats-limit"), "1000", "1000", "default", "restart");
                assertThat(rows.get("port").get("source")).isEqualTo("other_settings");
                assertThat(rows.get("max-memory").get("value")).isEqualTo("35%");
                assertThat(rows.get("max-memory").get("source")).isEqualTo("other_settings");
                assertThat(String.valueOf(rows.get("max-memory").get("in_force"))).matches("\\d{7,}");
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
