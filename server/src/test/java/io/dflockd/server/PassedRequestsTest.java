package io.dflockd.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only the member that leads knows, asked at one that does not. Members show no certificates here. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PassedRequestsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern COOKIE = Pattern.compile("(?i)set-cookie: (dflockd_0=[^;]*);");

    private Path folder;
    private ThreeServers servers;
    private String leader;
    private String follower;

    @BeforeAll
    void start(@TempDir Path made) {
        folder = made;
        servers = ThreeServers.start(folder, (name, config) -> config
                .set(Setting.AUDIT_LOG, folder.resolve(name + ".audit").toString()));
    }

    @BeforeEach
    void look() {
        leader = servers.leader();
        follower = servers.followers().getFirst();
    }

    @AfterAll
    void stop() {
        servers.close();
    }

    private HttpResponse<String> ask(String name, String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        try (var admin = servers.admin(name)) {
            var request = admin.request(path).timeout(Duration.ofSeconds(60));
            if (headers.length > 0) {
                request.headers(headers);
            }
            if (method.equals("GET") || method.equals("HEAD")) {
                return admin.send(request.method(method, HttpRequest.BodyPublishers.noBody()).build());
            }
            return admin.send(request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build());
        }
    }

    /** {@code headers}: each with its line end. */
    private static String get(String target, String headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    private static String post(String target, String body) {
        return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String node(HttpResponse<?> answer) {
        return answer.headers().firstValue("Dflockd-Node").orElse("");
    }

    private Map<String, Object> acquire(String name, String key) throws IOException, InterruptedException {
        var answer = ask(name, "POST", "/api/v1/locks/" + key + "/acquire", "{\"lease_s\":600}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return MAPPER.fromJsonObject(answer.body());
    }

    private int waiters(String key) {
        try {
            var answer = ask(follower, "GET", "/api/v1/locks/" + key, "");
            return answer.statusCode() == 200
                    ? ((Number) MAPPER.fromJsonObject(answer.body()).get("waiter_count")).intValue()
                    : 0;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyMemberAnswersWhatTheOneThatLeadsKnows() throws IOException, InterruptedException {
        var held = acquire(follower, "known");

        for (var name : ThreeServers.NAMES) {
            var answer = ask(name, "GET", "/api/v1/locks?prefix=known", "");
            assertThat(answer.body()).contains("\"key\":\"known\"", "\"fence\":" + held.get("fence"));
            assertThat(node(answer)).isEqualTo(leader);
            var status = ask(name, "GET", "/api/v1/status", "");
            assertThat(status.body()).contains("\"node\":\"" + name + '"');
            assertThat(node(status)).isEqualTo(name);
        }
        assertThat(ask(follower, "GET", "/api/v1/locks/nobody-has-it", "").statusCode()).isEqualTo(404);
        assertThat(ask(follower, "GET", "/api/v1/locks?sort=nothing", "").statusCode()).isEqualTo(400);
        var head = ask(follower, "HEAD", "/api/v1/locks", "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(node(head)).isEqualTo(leader);
    }

    @Test
    void oneConnectionTakesOneAnswerAfterAnother() throws IOException {
        try (var admin = servers.admin(follower)) {
            var answers = admin.raw(get("/api/v1/values", "") + get("/livez", "")
                    + get("/api/v1/counters", "Connection: close\r\n"));
            assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(4);
            assertThat(answers).endsWith("}");
        }
    }

    @Test
    void valuesHaveTheirETags() throws IOException, InterruptedException {
        var path = "/api/v1/values/tagged";
        var stored = ask(follower, "PUT", path, "{\"value\":\"one\"}");
        var tag = stored.headers().firstValue("ETag").orElseThrow();

        assertThat(ask(follower, "GET", path, "").headers().firstValue("ETag")).hasValue(tag);
        assertThat(ask(follower, "PUT", path, "{\"value\":\"two\"}", "If-None-Match", "*").statusCode())
                .isEqualTo(412);
        assertThat(ask(follower, "PUT", path, "{\"value\":\"two\"}", "If-Match", tag).statusCode()).isEqualTo(200);
        assertThat(ask(follower, "PUT", path, "{\"value\":\"three\"}", "If-Match", tag).statusCode()).isEqualTo(412);
        assertThat(ask(leader, "GET", path, "").body()).contains("\"value\":\"two\"");
        var long16k = "v".repeat(16 * 1024);
        assertThat(ask(follower, "PUT", path, "{\"value\":\"" + long16k + "\"}").statusCode()).isEqualTo(200);
        assertThat(ask(follower, "GET", path, "").body()).contains(long16k);
    }

    @Test
    void whoMayNotIsToldSoAndWhoMayIsRecordedWithTheWayHeCame() throws IOException, InterruptedException {
        var fence = acquire(follower, "jobs").get("fence");
        var path = "/api/v1/locks/jobs/release";
        var body = "{\"fence\":" + fence + ",\"reason\":\"test\"}";

        assertThat(ask(follower, "POST", path, body).statusCode()).isEqualTo(401);
        assertThat(ask(follower, "POST", path, body, "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
        assertThat(ask(follower, "POST", path, body, "Origin", "http://evil.example").statusCode()).isEqualTo(403);
        var answer = ask(follower, "POST", path, body, "Authorization", "Bearer " + ThreeServers.TOKEN,
                "X-Dflockd-Via", "cli");

        assertThat(answer.body()).isEqualTo("{\"done\":true}");
        assertThat(node(answer)).isEqualTo(leader);
        Eventually.await("it is recorded", PATIENCE, () -> recorded(leader).contains("hold.revoked"));
        assertThat(recorded(leader).lines().filter(line -> line.contains("hold.revoked")))
                .singleElement()
                .asString()
                .contains("\"actor\":\"admin\",\"via\":\"cli\",\"source\":\"127.0.0.1:",
                        "\"passed_by\":\"" + follower + '"', "\"key\":\"jobs\"", "\"outcome\":\"done\"");
        assertThat(recorded(leader) + recorded(follower)).doesNotContain(ThreeServers.TOKEN);
    }

    private String recorded(String name) {
        try {
            return Files.readString(folder.resolve(name + ".audit"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aWaitEndsWithTheConnectionOfWhoWaits() throws Exception {
        acquire(leader, "awaited");
        var body = "{\"wait_s\":30,\"lease_s\":600}";
        try (var socket = open(follower, 0)) {
            send(socket, post("/api/v1/locks/awaited/acquire", body));
            Eventually.await("he waits", PATIENCE, () -> waiters("awaited") == 1);
        }
        Eventually.await("he waits no more", PATIENCE, () -> waiters("awaited") == 0);
    }

    @Test
    void whatIsWaitedForIsGranted() throws Exception {
        var held = acquire(leader, "passed-on");
        var answer = CompletableFuture.supplyAsync(() -> {
            try {
                return ask(follower, "POST", "/api/v1/locks/passed-on/acquire", "{\"wait_s\":30}").body();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Eventually.await("he waits", PATIENCE, () -> waiters("passed-on") == 1);

        ask(follower, "POST", "/api/v1/locks/passed-on/unlock", "{\"token\":\"" + held.get("token") + "\"}");

        assertThat(answer.get()).contains("\"key\":\"passed-on\",\"token\":\"");
    }

    @Test
    void whatHappensIsToldWhileItDoes() throws Exception {
        for (int round = 0; round < 20; round++) { // more than there may be readers at once: each leaves
            try (var socket = open(follower, 0);
                    var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
                send(socket, get("/api/v1/watch?pattern=watched", ""));
                awaitLine(in, "retry: 3000");
                ask(leader, "PUT", "/api/v1/values/watched", "{\"value\":\"v\"}");
                awaitLine(in, "data: {\"key\":\"watched\",\"event\":\"kset\"}");
            }
        }
    }

    private static void awaitLine(BufferedReader in, String wanted) throws IOException {
        for (var line = in.readLine(); !wanted.equals(line); line = in.readLine()) {
            assertThat(line).as("before " + wanted).isNotNull().doesNotContain("503");
        }
    }

    @Test
    void aLoginOfTheConsoleIsKnownToItsMemberAlone() throws IOException, InterruptedException {
        String cookie;
        try (var admin = servers.admin(follower)) {
            var body = "{\"token\":\"" + ThreeServers.TOKEN + "\"}";
            var found = COOKIE.matcher(admin.raw(post("/api/v1/login", body)));
            assertThat(found.find()).isTrue();
            cookie = found.group(1);
        }

        var answer = ask(follower, "GET", "/api/v1/locks", "", "Cookie", cookie);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body())
                .contains("\"code\":\"not_leader\"", "--peer-tls-cert", "\"leader\":\"" + leader + '"');
        assertThat(ask(follower, "GET", "/api/v1/whoami", "", "Cookie", cookie).body())
                .contains("\"name\":\"admin\"");
    }

    @Test
    void whoTakesHisAnswerSlowlyGetsAllOfItAndHoldsUpNobody() throws Exception {
        try (var client = WireClient.connect(servers.get(leader).address())) {
            var text = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                text.append("l\nslow-").append("x".repeat(200)).append(i).append("\n0 600\n");
            }
            client.sendRaw(text.toString());
            for (int i = 0; i < 1000; i++) {
                assertThat(client.line()).startsWith("ok ");
            }
            var slow = new ArrayList<Socket>();
            for (int i = 0; i < 4; i++) {
                var socket = open(follower, 4096);
                send(socket, get("/api/v1/locks?prefix=slow-&limit=1000", "Connection: close\r\n"));
                slow.add(socket);
            }
            assertThat(ask(follower, "GET", "/api/v1/values", "").statusCode()).isEqualTo(200);
            for (var socket : slow) {
                var all = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
                assertThat(all).startsWith("HTTP/1.1 200").endsWith("}");
                assertThat(all.split("\"key\":\"slow-", -1)).hasSize(1001);
                socket.close();
            }
        }
    }

    private Socket open(String name, int receiveBufferBytes) throws IOException {
        var socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), servers.get(name).adminAddress().orElseThrow().getPort()));
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    @Test
    void thereIsABoundOnHowManyAreUnderWay() throws Exception {
        var socket = new ArrayList<Socket>();
        var body = "{\"wait_s\":30}";
        acquire(leader, "crowded");
        try {
            // So many waits the leader takes, whoever asks; the others are told to come again.
            for (int i = 0; i < 25; i++) {
                var one = open(follower, 0);
                send(one, post("/api/v1/locks/crowded/acquire", body));
                socket.add(one);
            }
            Eventually.await("they wait", PATIENCE, () -> waiters("crowded") == 24);
            var answer = ask(follower, "POST", "/api/v1/locks/crowded/acquire", body);
            assertThat(List.of(answer.statusCode(), answer.headers().firstValue("Retry-After").isPresent()))
                    .isEqualTo(List.of(503, true));
        } finally {
            for (var one : socket) {
                one.close();
            }
        }
        Eventually.await("nobody waits", PATIENCE, () -> waiters("crowded") == 0);
    }
}
