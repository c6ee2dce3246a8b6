package io.dflockd.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The admin listener as operators, probes and attackers meet it. */
@Timeout(60)
class AdminListenerTest {
    private static final String ADMIN = "sesame";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir private Path folder;
    private DflockdServer server;
    private AdminCaller http;

    @BeforeEach
    void start() throws IOException {
        var token = Files.writeString(folder.resolve("token"), ADMIN);
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.ADMIN_TOKEN_FILE, token.toString())
                .build());
        http = new AdminCaller(admin());
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    private InetSocketAddress admin() {
        return server.adminAddress().orElseThrow();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.get(path);
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return http.send(http.request(path)
                .header("Authorization", "Bearer " + ADMIN)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private WireClient client() {
        return WireClient.connect(server.address());
    }

    private String raw(String bytes) throws IOException {
        return http.raw(bytes);
    }

    /** As when the machine of the holder is gone: whoever looks for it wants to know which it was. */
    @Test
    void whereSomebodyWasLastIsShownWhileHisSessionGoesOn() throws Exception {
        String address;
        try (var holder = client()) {
            assertThat(holder.ask("session", "one-0123456789abcdef", "60")).startsWith("ok new");
            assertThat(holder.ask("l", "stuck", "0 600")).startsWith("ok ");
            address = "127.0.0.1:" + holder.socket().getLocalPort();
        }
        Eventually.await("the connection is gone", Duration.ofSeconds(20), Duration.ofMillis(20), () -> {
            try {
                return get("/api/v1/connections").body().contains("\"items\":[]");
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(get("/api/v1/locks/stuck").body()).contains("\"peer\":\"" + address + "\"");
        assertThat(get("/api/v1/sessions").body()).contains("\"peer\":\"" + address + "\"");
    }

    @Test
    void probesAnswerWithoutATokenAndByAnyName() throws IOException, InterruptedException {
        for (var path : List.of("/livez", "/readyz", "/startupz")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(get("/readyz?verbose").body()).contains("[+] started").endsWith("ok\n");
        assertThat(raw("GET /livez HTTP/1.1\r\nHost: anything.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void whoStopsSoonServesOnAndIsNotReady() throws Exception {
        var retiring = new Thread(() -> {
            try {
                server.retire(Duration.ofMinutes(10));
            } catch (InterruptedException e) {
                // The test has seen enough.
            }
        }, "retiring");
        retiring.start();
        try (var client = client()) {
            Eventually.await("not ready", Duration.ofSeconds(20), Duration.ofMillis(20), () -> {
                try {
                    return get("/readyz").statusCode() == 503;
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });

            assertThat(client.ask("l", "k", "0")).startsWith("ok ");
            assertThat(get("/livez").statusCode()).isEqualTo(200);
        } finally {
            retiring.interrupt();
            retiring.join();
        }
    }

    @Test
    void theStatusTellsHowManyThereAreOfWhat() throws IOException, InterruptedException {
        try (var holder = client()) {
            holder.ask("l", "jobs", "0 30");

            var status = MAPPER.fromJsonObject(get("/api/v1/status").body());

            assertThat(status).containsEntry("mode", "memory").containsEntry("ready", true);
            assertThat(((Map<?, ?>) status.get("totals")).get("holds")).hasToString("1");
        }
    }

    @Test
    void theHolderOfAStuckLockIsFoundAndItsHoldEnded() throws IOException, InterruptedException {
        try (var holder = client(); var waiter = client()) {
            holder.ask("hello", "lost", "worker-7");
            holder.ask("l", "jobs/nightly", "0 300");
            waiter.send("l", "jobs/nightly", "30 300");
            var found = awaitWaiter("/api/v1/locks?prefix=jobs/&sort=age");
            assertThat(found).containsEntry("key", "jobs/nightly").containsEntry("kind", "lock");
            var held = (Map<?, ?>) found.get("holder");
            assertThat(held.get("client")).isEqualTo("worker-7");
            var fence = ((Number) held.get("fence")).longValue();

            var details = MAPPER.fromJsonObject(get("/api/v1/locks/jobs%2Fnightly").body());
            var answer = send("POST", "/api/v1/locks/jobs%2Fnightly/release",
                    "{\"fence\":" + fence + ",\"reason\":\"host is gone\"}");
            var again = send("POST", "/api/v1/locks/jobs%2Fnightly/release",
                    "{\"fence\":\"" + fence + "\",\"reason\":\"once more\"}");

            assertThat((List<?>) details.get("waiters")).hasSize(1);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(waiter.line()).startsWith("ok ");
            assertThat(holder.line()).isEqualTo("lost jobs/nightly " + fence + " revoked");
            assertThat(again.statusCode()).isEqualTo(409);
        }
    }

    private Map<String, Object> awaitWaiter(String path) throws IOException, InterruptedException {
        while (true) {
            var items = (List<?>) MAPPER.fromJsonObject(get(path).body()).get("items");
            if (!items.isEmpty() && items.getFirst() instanceof Map<?, ?> row
                    && ((Number) row.get("waiters")).intValue() == 1) {
                @SuppressWarnings("unchecked") var typed = (Map<String, Object>) row;
                return typed;
            }
        }
    }

    @Test
    void listsGoOnWhereTheyEnded() throws IOException, InterruptedException {
        try (var holder = client()) {
            for (int i = 0; i < 25; i++) {
                holder.ask("l", "k%02d".formatted(i), "0 30");
            }
            var keys = new ArrayList<String>();
            var next = "";
            do {
                var page = MAPPER.fromJsonObject(get("/api/v1/locks?limit=10&after=" + next).body());
                ((List<?>) page.get("items")).forEach(row -> keys.add(((Map<?, ?>) row).get("key").toString()));
                next = page.get("next") == null ? "" : page.get("next").toString();
            } while (!next.isEmpty());

            assertThat(keys).hasSize(25).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void aSessionAndAConnectionCanBeEnded() throws IOException, InterruptedException {
        try (var one = client(); var other = client()) {
            one.ask("l", "one", "0 30");
            other.ask("l", "other", "0 30");
            var sessions = (List<?>) MAPPER.fromJsonObject(get("/api/v1/sessions").body()).get("items");
            var connections = (List<?>) MAPPER.fromJsonObject(get("/api/v1/connections").body()).get("items");
            assertThat(sessions).hasSize(2);
            assertThat(connections).hasSize(2);
            var session = ((Map<?, ?>) sessions.getFirst()).get("session");
            var connection = ((Map<?, ?>) connections.getLast()).get("connection");

            assertThat(send("DELETE", "/api/v1/sessions/" + session, "{\"reason\":\"test\"}").statusCode())
                    .isEqualTo(200);
            assertThat(send("DELETE", "/api/v1/connections/" + connection, "{\"reason\":\"test\"}").statusCode())
                    .isEqualTo(200);
            assertThat(send("DELETE", "/api/v1/connections/123456", "{\"reason\":\"test\"}").statusCode())
                    .isEqualTo(404);
            one.expectEnd();
            other.expectEnd();
        }
    }

    @Test
    void whatWritesNeedsTheTokenOfAdministratorsAndJson() throws IOException, InterruptedException {
        var path = "/api/v1/locks/a/release";
        var body = HttpRequest.BodyPublishers.ofString("{\"fence\":1,\"reason\":\"x\"}");
        var without = http.send(http.request(path).header("Content-Type", "application/json").POST(body).build());
        var form = http.send(http.request(path).header("Authorization", "Bearer " + ADMIN).POST(body).build());
        var foreign = http.send(http.request(path)
                .header("Authorization", "Bearer " + ADMIN)
                .header("Content-Type", "application/json")
                .header("Origin", "http://evil.com")
                .POST(body)
                .build());

        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(form.statusCode()).isEqualTo(415);
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(send("POST", path, "{\"fence\":1}").body()).contains("reason");
        assertThat(send("POST", path, "{\"fence\":1,\"reason\":\"x\",\"all\":true}").body()).contains("\\\"all\\\"");
        assertThat(send("POST", path, "nonsense").statusCode()).isEqualTo(400);
    }

    @Test
    void wrongTokensAreCountedAndThenRefusedUnseen() throws IOException, InterruptedException {
        var statuses = new ArrayList<Integer>();
        for (int i = 0; i < 12; i++) {
            var answer = http.send(http.request("/api/v1/status").header("Authorization", "Bearer wrong").build());
            statuses.add(answer.statusCode());
        }

        assertThat(statuses).startsWith(401, 401).endsWith(429);
        var right = http.send(http.request("/api/v1/status").header("Authorization", "Bearer " + ADMIN).build());
        assertThat(right.statusCode()).isEqualTo(429);
        assertThat(right.headers().firstValue("Retry-After")).isPresent();
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void anotherNameInHostIsMisdirected() throws IOException {
        assertThat(raw("GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1.evil.com\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421 ");
        assertThat(raw("GET /api/v1/status HTTP/1.1\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 421 ");
        assertThat(raw("GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void headsAndBodiesHaveABound() throws IOException {
        var long16k = "a".repeat(16 * 1024);

        assertThat(raw("GET /livez HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(10_000) + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(raw("GET /livez HTTP/1.1\r\nHost: x\r\nX: " + long16k + "\r\n\r\n")).startsWith("HTTP/1.1 431 ");
        assertThat(raw("GET /" + long16k + " HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 414 ");
        assertThat(raw("POST /api/v1/locks/a/release HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer " + ADMIN + "\r\nContent-Length: 2000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void requestsThatComeTogetherAreAnsweredInTheirOrder() throws IOException {
        var answers = raw(getOf("/livez", "keep-alive") + getOf("/none", "keep-alive") + getOf("/startupz", "close"));

        assertThat(answers).containsSubsequence("HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200");
    }

    private static String getOf(String path, String connection) {
        return "GET %s HTTP/1.1\r\nHost: x\r\nConnection: %s\r\n\r\n".formatted(path, connection);
    }

    @Test
    void whoeverOpensManyConnectionsKeepsNobodyFromAsking() throws IOException, InterruptedException {
        var idle = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 300; i++) {
                var socket = new Socket(admin().getAddress(), admin().getPort());
                idle.add(socket);
                if (i % 2 == 0) {
                    socket.getOutputStream().write("GET /li".getBytes(ISO_8859_1));
                }
            }

            assertThat(get("/livez").statusCode()).isEqualTo(200);
            assertThat(get("/readyz").statusCode()).isEqualTo(200);
        } finally {
            for (var socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void whatIsNotReadHoldsNobodyUp() throws IOException, InterruptedException {
        try (var socket = new Socket()) {
            socket.setReceiveBufferSize(1024);
            socket.connect(new InetSocketAddress(admin().getAddress(), admin().getPort()));
            var many = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(500);
            socket.getOutputStream().write(many.getBytes(ISO_8859_1));

            assertThat(get("/livez").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void answersThatNobodyTakesHaveABoundForAllTogether() throws IOException, InterruptedException {
        var unread = new ArrayList<Socket>();
        try (var holder = client()) {
            for (int i = 0; i < 1000; i++) {
                holder.ask("l", "\u0001".repeat(200) + i, "0 300"); // six times as long in JSON
            }
            for (int i = 0; i < 40; i++) {
                var socket = new Socket();
                unread.add(socket);
                socket.setReceiveBufferSize(1024);
                socket.connect(new InetSocketAddress(admin().getAddress(), admin().getPort()));
                socket.getOutputStream()
                        .write("GET /api/v1/locks?limit=1000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                                .getBytes(ISO_8859_1));
            }

            awaitLocks(answer -> answer.statusCode() == 503 && answer.body().contains("\"code\":\"busy\""));
            assertThat(get("/livez").statusCode()).as("a probe beside that").isEqualTo(200);
        } finally {
            for (var socket : unread) {
                socket.close();
            }
        }
        awaitLocks(answer -> answer.statusCode() == 200);
    }

    private void awaitLocks(Predicate<HttpResponse<String>> expected) {
        Eventually.await("the answer", Duration.ofSeconds(20), Duration.ofMillis(50), () -> {
            try {
                return expected.test(get("/api/v1/locks?limit=1000"));
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void bodiesOfAllConnectionsTogetherAreSmallAlsoBeforeAnybodyHasShownAToken() throws IOException {
        var lines = List.of("POST /api/v1/login HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json",
                "Content-Length: 20000", "", "");

        assertThat(raw(String.join("\r\n", lines))).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void aPortThatWasNamedIsWantedAndTheUsualOneIsNot() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var config = ServerConfig.builder()
                    .set(Setting.PORT, "0")
                    .set(Setting.ADMIN_PORT, Integer.toString(taken.getLocalPort()))
                    .build();

            assertThatThrownBy(() -> DflockdServer.start(config))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("--admin-port");
        }
        var off = ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "off").build();
        try (var other = DflockdServer.start(off)) {
            assertThat(other.adminAddress()).isEmpty();
        }
    }
}
