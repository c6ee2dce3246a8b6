package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk that the audit log is on is full. */
@Timeout(60)
class FullDiskTest {
    private static final String ADMIN = "open-sesame-and-let-me-in";
    /** Takes nothing, as it is full. */
    private static final Path FULL = Path.of("/dev/full");

    @TempDir private Path folder;
    private DflockdServer server;
    private AdminCaller http;

    private void start(boolean isStrict) throws IOException {
        assumeThat(FULL).exists();
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.AUDIT_LOG, FULL.toString())
                .set(Setting.AUDIT_STRICT, Boolean.toString(isStrict))
                .set(Setting.ADMIN_TOKEN_FILE, Files.writeString(folder.resolve("token"), ADMIN).toString())
                .build());
        http = new AdminCaller(server.adminAddress().orElseThrow());
        Eventually.await("the record of the start is lost", Duration.ofSeconds(20), () -> lost() >= 1);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            http.close();
            server.close();
        }
    }

    private double lost() {
        return Scrape.of(server).value("dflockd_audit_failures_total");
    }

    private HttpResponse<String> ask(String method, String path, String body) throws IOException, InterruptedException {
        return http.send(http.request(path)
                .header("Authorization", "Bearer " + ADMIN)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private void nothingElseIsHeldUp(WireClient client) throws IOException, InterruptedException {
        for (var probe : new String[]{"/livez", "/readyz", "/startupz"}) {
            assertThat(http.get(probe).statusCode()).as(probe).isEqualTo(200);
        }
        assertThat(ask("GET", "/api/v1/locks", "").statusCode()).isEqualTo(200);
        assertThat(ask("POST", "/api/v1/login", "{\"token\":\"" + ADMIN + "\"}").statusCode()).isEqualTo(200);
        assertThat(ask("PUT", "/api/v1/values/v", "{\"value\":\"1\"}").statusCode()).isEqualTo(200);
        assertThat(client.ask("incr", "c", "1")).isEqualTo("ok 1");
    }

    @Test
    void operatorsGoOnAndWhatIsLostIsCounted() throws Exception {
        start(false);
        try (var client = WireClient.connect(server.address())) {
            var fence = client.ask("l", "stuck", "0 600").split(" ", -1)[3];
            double before = lost();

            var released = ask("POST", "/api/v1/locks/stuck/release", "{\"fence\":" + fence + ",\"reason\":\"x\"}");

            assertThat(released.statusCode()).as(released.body()).isEqualTo(200);
            Eventually.await("the record of it is lost, and counted", Duration.ofSeconds(20), () -> lost() > before);
            nothingElseIsHeldUp(client);
        }
    }

    @Test
    void whereItMustBeRecordedNobodyIsHurtUnrecorded() throws Exception {
        start(true);
        try (var client = WireClient.connect(server.address())) {
            var fence = client.ask("l", "stuck", "0 600").split(" ", -1)[3];
            var release = "{\"fence\":" + fence + ",\"reason\":\"x\"}";

            for (var refused : new HttpResponse<?>[]{
                    ask("POST", "/api/v1/locks/stuck/release", release),
                    ask("POST", "/api/v1/drain", "{\"reason\":\"x\"}"),
                    ask("DELETE", "/api/v1/sessions/1", "{\"reason\":\"x\"}"),
                    ask("POST", "/api/v1/snapshot", "{}")}) {
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body().toString()).contains("\"code\":\"audit\"", "cannot be recorded");
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            }
            assertThat(client.ask("auth", "_", ADMIN)).isEqualTo("ok");
            assertThat(client.ask("revoke", "stuck", fence)).isEqualTo("error_denied");

            assertThat(client.ask("holders", "stuck", "")).contains("\"holder_count\":1");
            nothingElseIsHeldUp(client);
        }
    }
}
