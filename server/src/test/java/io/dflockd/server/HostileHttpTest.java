package io.dflockd.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Peers that mean harm to the admin port of a real server, while a client uses it: they are refused or closed and counted, and
 * the client notices nothing. What takes them longer than a test may is in {@code HttpConnectionTest}, where time is virtual.
 */
@Timeout(60)
class HostileHttpTest {
    private static final String ADMIN = "open-sesame-and-let-me-in";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /** A command in CONTRIBUTING.md has 10,000; each wants two open files. */
    private static final int CONNECTIONS = Integer.getInteger("hostile.connections", 600);

    @TempDir private Path folder;
    private DflockdServer server;
    private AdminCaller admin;
    private WireClient client;
    private final List<Socket> hostile = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.AUDIT_LOG, folder.resolve("audit.log").toString())
                .set(Setting.ADMIN_TOKEN_FILE, Files.writeString(folder.resolve("token"), ADMIN).toString())
                .build());
        admin = new AdminCaller(server.adminAddress().orElseThrow());
        client = WireClient.connect(server.address());
    }

    @AfterEach
    void stop() throws IOException {
        for (var socket : hostile) {
            socket.close();
        }
        client.close();
        admin.close();
        server.close();
    }

    private Socket open() throws IOException {
        var socket = new Socket();
        hostile.add(socket);
        socket.setReceiveBufferSize(1024);
        socket.setSoTimeout(20_000);
        var address = server.adminAddress().orElseThrow();
        socket.connect(new InetSocketAddress(address.getAddress(), address.getPort()));
        return socket;
    }

    /** Where the server has closed, what is sent is refused, which is as well. */
    private static void send(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        } catch (IOException closed) {
            assertThat(closed).hasMessageMatching("(?i).*(reset|broken pipe|closed).*");
        }
    }

    /** A client takes and gives back a lock, and a probe asks; how long the slowest of that took, in milliseconds. */
    private long honestWork() throws IOException, InterruptedException {
        long slowest = 0;
        for (int i = 0; i < 20; i++) {
            long begunAt = System.nanoTime();
            client.ask("r", "honest", client.askToken("l", "honest", "5"));
            slowest = Math.max(slowest, System.nanoTime() - begunAt);
        }
        assertThat(admin.get("/livez").statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(slowest)).as("the slowest request of a client").isLessThan(Duration.ofSeconds(2));
        return TimeUnit.NANOSECONDS.toMillis(slowest);
    }

    private double metric(String row) {
        return Scrape.of(server).value(row);
    }

    @Test
    void manyConnectionsThatNeverSayWhatTheyWant() throws IOException, InterruptedException {
        long slowest = 0;
        for (int i = 0; i < CONNECTIONS; i++) {
            var socket = open();
            if (i % 3 > 0) {
                send(socket, i % 3 == 1 ? "GET /api/v1/lo" : "POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1\r\n");
            }
            if (i % 200 == 199) {
                slowest = Math.max(slowest, honestWork());
            }
        }
        slowest = Math.max(slowest, honestWork());

        Eventually.await("those that are too many were ended", Duration.ofSeconds(20),
                () -> metric("dflockd_admin_connections_ended_total{reason=\"room\"}") >= CONNECTIONS - 128);
        assertThat(metric("dflockd_connections{listener=\"admin\"}")).isLessThanOrEqualTo(128);
        if (CONNECTIONS > 600) {
            System.out.printf("%d connections, slowest request of the client %d ms%n", CONNECTIONS, slowest);
        }
    }

    @Test
    void bodiesWithoutEnd() throws IOException, InterruptedException {
        var piece = "4000\r\n" + "a".repeat(0x4000) + "\r\n";
        for (int i = 0; i < 40; i++) {
            var socket = open();
            send(socket, "POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                    + (i % 2 == 0 ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 9000000000\r\n\r\n"));
            for (int j = 0; j < 20; j++) {
                send(socket, piece);
            }
        }

        honestWork();
        Eventually.await("all of them were refused", Duration.ofSeconds(20),
                () -> metric("dflockd_admin_requests_total{outcome=\"problem\"}") >= 40);
    }

    @Test
    void answersThatNobodyReads() throws IOException, InterruptedException {
        for (int i = 0; i < 1000; i++) {
            client.ask("l", "\u0001".repeat(200) + i, "0 300");
        }
        for (int i = 0; i < 60; i++) {
            send(open(), "GET /api/v1/locks?limit=1000&sort=age HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(3));
        }

        honestWork();
        Eventually.await("some are told that others have yet to take theirs", Duration.ofSeconds(20),
                () -> metric("dflockd_admin_requests_total{outcome=\"problem\"}") > 0);
        honestWork();
    }

    @Test
    void namesThatAreNotOurs() throws IOException {
        for (var host : List.of("evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "localhost:6389:80",
                "localhost@evil.example", "[::1].evil.example", "", " ", "127.0.0.1, evil.example", "2130706433")) {
            for (var path : List.of("GET /api/v1/locks", "POST /api/v1/login", "DELETE /api/v1/sessions/1")) {
                assertThat(admin.raw(path + " HTTP/1.1\r\nHost: " + host
                        + "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"))
                        .as(path + " by " + host)
                        .startsWith("HTTP/1.1 421 ");
            }
        }
        assertThat(metric("dflockd_admin_requests_total{outcome=\"problem\"}")).isEqualTo(30);
    }

    /** A name, a key and a reason that would be records of their own, if they were written as they are. */
    @Test
    void whatOperatorsAndClientsChooseStaysOneRecord() throws IOException, InterruptedException {
        var forged = "x\r\n{\"ts\":\"2026-01-01T00:00:00.000Z\",\"event\":\"forged\"}\u0085\u2028\u202e\u001b[2J\u0000";
        var inJson = forged.replace("\"", "\\\"")
                .replace("\r", "\\r")
                .replace("\n", "\\n")
                .replace("\u001b", "\\u001b")
                .replace("\u0000", "\\u0000");
        var key = "k\r" + forged.substring(3).replace("\n", "");
        client.ask("hello", "lost", "name\r\u001b[31m\u0085");
        var fence = client.ask("l", key, "0 300").split(" ", -1)[2];

        var path = new StringBuilder();
        for (byte b : key.getBytes(UTF_8)) {
            path.append("%%%02X".formatted(b));
        }
        ask("POST", "/api/v1/locks/" + path + "/release", "{\"fence\":1,\"reason\":\"" + inJson + "\"}", ADMIN);
        ask("POST", "/api/v1/locks/a%0d%0a%7B%22event%22:%22forged%22%7D/release", "{}", ADMIN);
        ask("DELETE", "/api/v1/sessions/1%0d%0aforged", "{\"reason\":\"" + inJson + "\"}", ADMIN);
        ask("DELETE", "/api/v1/connections/99", "{\"reason\":\"" + inJson + "\"}", ADMIN);
        ask("DELETE", "/api/v1/connections/99", "{\"reason\":\"x\"}", "wrong\u00a0token");
        admin.raw("POST /api/v1/login\u000b HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: a\u001b[2J\r\n"
                + "Content-Type: application/json\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{\"token\":\"\u0085\"}");

        var records = records();
        assertThat(fence).isNotEmpty();
        assertThat(records.size()).isGreaterThanOrEqualTo(5);
        for (var line : records) {
            assertThat(line).doesNotContain("\r", "\u001b", "\u0000", "\u0085", "\u2028", "\u202e");
            assertThat(MAPPER.fromJsonObject(line).get("event").toString())
                    .isIn("server.started", "hold.revoked", "request.refused", "connection.ended", "login.failed");
        }
        assertThat(records).anySatisfy(line -> assertThat(MAPPER.fromJsonObject(line).get("reason")).isEqualTo(forged));
    }

    private void ask(String method, String path, String body, String token) throws IOException, InterruptedException {
        admin.send(admin.request(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private List<String> records() {
        var file = folder.resolve("audit.log");
        var lines = new ArrayList<String>();
        Eventually.await("the records are written", Duration.ofSeconds(20), () -> {
            try {
                lines.clear();
                lines.addAll(List.of(Files.readString(file).split("\n", -1)));
                return lines.size() > 5;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        lines.removeIf(String::isEmpty);
        return lines;
    }
}
