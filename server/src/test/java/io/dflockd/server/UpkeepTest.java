package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What operators have done to a server as a whole, by HTTP. */
@Timeout(60)
class UpkeepTest {
    private static final String ADMIN = "sesame";
    private static final String JSON = "application/json";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir private Path folder;
    private DflockdServer server;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private DflockdServer start(Setting setting, String value) throws IOException {
        var token = Files.writeString(folder.resolve("token"), ADMIN);
        server = DflockdServer.start(config().set(Setting.ADMIN_TOKEN_FILE, token.toString())
                .set(Setting.AUDIT_LOG, folder.resolve("audit").toString())
                .set(setting, value)
                .build());
        return server;
    }

    private static ServerConfig.Builder config() {
        return ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "0");
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        int port = server.adminAddress().orElseThrow().getPort();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<byte[]> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return http.send(request(path)
                .header("Authorization", "Bearer " + ADMIN)
                .header("Content-Type", JSON)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private Map<String, Object> get(String path) throws IOException, InterruptedException {
        return object(http.send(request(path).build(), HttpResponse.BodyHandlers.ofByteArray()));
    }

    private static Map<String, Object> object(HttpResponse<byte[]> response) {
        return MAPPER.fromJsonObject(new String(response.body(), StandardCharsets.UTF_8));
    }

    private int readiness() throws IOException, InterruptedException {
        return http.send(request("/readyz").build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private String audit() throws IOException {
        return Files.readString(folder.resolve("audit"));
    }

    @Test
    void aDrainedServerSaysWhatIsLeftAndTakesAllAgainAfterwards() throws IOException, InterruptedException {
        start(Setting.MAX_LOCKS, "100");
        try (var holder = WireClient.connect(server.address()); var late = WireClient.connect(server.address())) {
            var token = holder.ask("l", "jobs", "0 60").split(" ", -1)[1];

            var drained = send("POST", "/api/v1/drain", "{\"deadline_s\": 600, \"reason\": \"new kernel\"}");

            assertThat(drained.statusCode()).isEqualTo(200);
            assertThat(readiness()).isEqualTo(503);
            var drain = (Map<?, ?>) get("/api/v1/status").get("drain");
            assertThat(drain.get("holds")).hasToString("1");
            assertThat(drain.get("left")).hasToString("1");
            assertThat(drain.get("reason")).isEqualTo("new kernel");
            assertThat(String.valueOf(drain.get("deadline"))).endsWith("Z");
            assertThat(late.ask("l", "other", "0")).isEqualTo("error_draining");
            assertThat(holder.ask("r", "jobs", token)).isEqualTo("ok");
            assertThat(((Map<?, ?>) get("/api/v1/status").get("drain")).get("left")).hasToString("0");

            assertThat(send("DELETE", "/api/v1/drain", "{}").statusCode()).isEqualTo(200);

            assertThat(readiness()).isEqualTo(200);
            assertThat(get("/api/v1/status")).containsEntry("draining", false).doesNotContainKey("drain");
            assertThat(late.ask("l", "other", "0")).startsWith("ok ");
        }
        server.close();
        assertThat(audit()).contains("server.drained", "new kernel", "server.undrained");
    }

    @Test
    void aFileWithAFaultIsNamedWithItsLineAndChangesNothing() throws IOException, InterruptedException {
        var file = Files.writeString(folder.resolve("identities.yaml"), "identities: []\n");
        start(Setting.IDENTITIES, file.toString());
        assertThat(object(send("POST", "/api/v1/reload", "{}"))).containsEntry("changed", false);

        Files.writeString(file, "identities:\n  - name: a\n    tokenz: []\n");
        var refused = send("POST", "/api/v1/reload", "{}");

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(String.valueOf(object(refused).get("detail"))).contains("line 3", "tokenz");
        Files.writeString(file, "identities:\n  - name: a\n    tokens: []\n    certificates: [\"CN=a\"]\n");
        var done = send("POST", "/api/v1/reload", "{}");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(String.valueOf(object(done).get("identities"))).contains("added=[{name=a}]");
    }

    @Test
    void aLevelOfTheLogGoesBackByItselfAndTheLastWishCounts() throws IOException, InterruptedException {
        start(Setting.MAX_LOCKS, "100");
        var logger = LoggerFactory.getLogger("io.dflockd.transport");
        boolean before = logger.isTraceEnabled();
        var path = "/api/v1/log-level";

        assertThat(send("PUT", path, "{\"logger\": \"io.dflockd.transport\", \"level\": \"off\", \"for_s\": 1}")
                .statusCode()).isEqualTo(200);
        var last = send("PUT", path, "{\"logger\": \"io.dflockd.transport\", \"level\": \"trace\", \"for_s\": 2}");

        assertThat(String.valueOf(object(last).get("loggers"))).contains("io.dflockd.transport", "trace");
        assertThat(logger.isTraceEnabled()).isTrue();
        Eventually.await("the usual level", Duration.ofSeconds(20), () -> logger.isTraceEnabled() == before);
        assertThat(get(path).get("loggers")).hasToString("[]");
        assertThat(send("PUT", path, "{\"logger\": \"audit\", \"level\": \"off\", \"for_s\": 9}").statusCode())
                .as("who did what is always told")
                .isEqualTo(422);
        assertThat(send("PUT", path, "{\"logger\": \"no.such\", \"level\": \"off\", \"for_s\": 9}").statusCode())
                .isEqualTo(422);
        assertThat(
                send("PUT", path, "{\"logger\": \"io.dflockd\", \"level\": \"debug\", \"for_s\": 86401}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aServerInMemoryGivesACopyFromWhichADurableOneBegins()
            throws IOException, InterruptedException, NoSuchAlgorithmException {
        start(Setting.MAX_LOCKS, "100");
        copiesAndRestores();
    }

    @Test
    void aDurableServerGivesACopyOfWhatWasJustAnswered()
            throws IOException, InterruptedException, NoSuchAlgorithmException {
        start(Setting.DATA_DIR, folder.resolve("data").toString());
        copiesAndRestores();
        // The newest one has all that there is, so it is given again.
        assertThat(send("POST", "/api/v1/snapshot", "{}").statusCode()).isEqualTo(200);
    }

    private void copiesAndRestores() throws IOException, InterruptedException, NoSuchAlgorithmException {
        String token;
        HttpResponse<byte[]> copied;
        long fence;
        try (var client = WireClient.connect(server.address())) {
            client.ask("session", "0123456789abcdef", "60");
            client.ask("@1 kset", "k", "v");
            var granted = client.ask("@2 l", "jobs", "0 300").split(" ", -1);
            token = granted[2];
            fence = Long.parseLong(granted[4]);

            copied = send("POST", "/api/v1/snapshot", "{}");
        }
        assertThat(copied.statusCode()).isEqualTo(200);
        assertThat(copied.headers().firstValue("Repr-Digest")).contains("sha-256=:"
                + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(copied.body())) + ":");
        var file = Files.write(folder.resolve("copy"), copied.body());
        var restored = config().set(Setting.DATA_DIR, folder.resolve("restored").toString())
                .set(Setting.RESTORE, file.toString())
                .build();
        try (var other = DflockdServer.start(restored); var client = WireClient.connect(other.address())) {
            assertThat(client.ask("kget", "k", "")).isEqualTo("ok v");
            assertThat(client.ask("l", "jobs", "0")).isEqualTo("timeout");
            assertThat(client.ask("n", "jobs", token + " 60")).startsWith("ok");
            assertThat(client.ask("session", "0123456789abcdef", "60 2")).startsWith("ok resumed");
            var granted = client.ask("@3 l", "new", "0").split(" ", -1);
            assertThat(Long.parseLong(granted[4])).isGreaterThan(fence);
        }
    }

    /** What the server writes for itself it must be able to write; a copy that somebody wants is another matter. */
    @Test
    void aCopyThatCannotBeWrittenIsRefusedAndHarmsNobody() throws IOException, InterruptedException {
        start(Setting.DATA_DIR, folder.resolve("data").toString());
        try (var client = WireClient.connect(server.address())) {
            client.ask("kset", "k", "v");
            var snapshots = snapshots();
            var away = folder.resolve("away");
            Files.move(snapshots, away);
            Files.createFile(snapshots);

            var refused = send("POST", "/api/v1/snapshot", "{}");

            assertThat(refused.statusCode()).isEqualTo(500);
            assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("cannot be copied");
            assertThat(server.failure().toCompletableFuture()).isNotDone();
            assertThat(client.ask("kget", "k", "")).isEqualTo("ok v");
            Files.delete(snapshots);
            Files.move(away, snapshots);
            assertThat(send("POST", "/api/v1/snapshot", "{}").statusCode()).isEqualTo(200);
        }
    }

    private Path snapshots() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("data"))) {
            return all.filter(each -> each.endsWith("sm")).findFirst().orElseThrow();
        }
    }

    @Test
    void oneCopyIsTakenAtATimeAndWhoLeavesMakesRoom() throws IOException, InterruptedException {
        start(Setting.MAX_LOCKS, "100");
        try (var client = WireClient.connect(server.address())) {
            var value = "v".repeat(60_000);
            for (int i = 0; i < 150; i++) {
                client.ask("kset", "k" + i, value); // more than sockets take that nobody reads
            }
        }
        var unread = new Socket(InetAddress.getLoopbackAddress(), server.adminAddress().orElseThrow().getPort());
        try (unread) {
            unread.getOutputStream()
                    .write(("POST /api/v1/snapshot HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + ADMIN + "\r\nContent-Type: " + JSON + "\r\nContent-Length: 2\r\n\r\n{}")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(unread.getInputStream().read()).isEqualTo('H');

            assertThat(send("POST", "/api/v1/snapshot", "{}").statusCode()).isEqualTo(503);
        }
        Eventually.await("room for another", Duration.ofSeconds(20), () -> {
            try {
                return send("POST", "/api/v1/snapshot", "{}").statusCode() == 200;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
