package io.dflockd.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens is told to whoever reads it, while it does. */
@Timeout(60)
class EventsTest {
    @TempDir private Path folder;
    private DflockdServer server;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() {
        server = DflockdServer.start(config().build());
    }

    private static ServerConfig.Builder config() {
        return ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "0");
    }

    @AfterEach
    void stop() throws Exception {
        for (var each : open) {
            each.close();
        }
        server.close();
    }

    private WireClient client() {
        var client = WireClient.connect(server.address());
        open.add(client);
        return client;
    }

    /** One who reads events. */
    static final class Tail implements AutoCloseable {
        private static final AdminContract CONTRACT = AdminContract.ofThisServer();

        private final Socket socket;
        private final BufferedReader in;
        private final String head;
        private String lastId = "";

        Tail(DflockdServer server, String query, String headers) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.adminAddress().orElseThrow().getPort());
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /api/v1/events" + query + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                            .getBytes(ISO_8859_1));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            var lines = new StringBuilder();
            for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                lines.append(line).append('\n');
            }
            head = lines.toString();
        }

        /** The data of the next event, after its name where it has one; "end" where the server ended it. */
        String next() throws IOException {
            var name = "";
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("id: ")) {
                    lastId = line.substring("id: ".length());
                } else if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length()) + ' ';
                } else if (line.startsWith("data: ")) {
                    var data = line.substring("data: ".length());
                    CONTRACT.checkEvent(name.isEmpty() ? "Event" : "Gap", data);
                    return name + data;
                }
            }
            return "end";
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private Tail tail(String query, String headers) throws IOException {
        var tail = new Tail(server, query, headers);
        open.add(tail);
        return tail;
    }

    @Test
    void whatHappensIsToldAndOnlyWhatWasAskedFor() throws IOException {
        var all = tail("", "");
        var some = tail("?kinds=released,kset&prefix=jobs/", "");
        var client = client();

        var token = client.askToken("l", "jobs/nightly", "0 30");
        client.ask("kset", "other", "x");
        client.ask("kset", "jobs/v", "x");
        client.ask("r", "jobs/nightly", token);

        assertThat(all.head).startsWith("HTTP/1.1 200 OK\n")
                .contains("content-type: text/event-stream\n")
                .contains("connection: close\n")
                .doesNotContain("content-length");
        assertThat(all.next()).contains("\"kind\":\"granted\",\"key\":\"jobs/nightly\",\"fence\":");
        assertThat(all.next()).contains("\"kind\":\"kset\",\"key\":\"other\"");
        assertThat(some.next()).contains("\"kind\":\"kset\",\"key\":\"jobs/v\"");
        assertThat(some.next()).contains("\"kind\":\"released\",\"key\":\"jobs/nightly\"");
    }

    @Test
    void whoComesBackGoesOnWhereHeWasOrIsToldThatHeCannot() throws IOException {
        var client = client();
        var first = tail("", "");
        client.ask("kset", "a", "x");
        assertThat(first.next()).contains("\"key\":\"a\"");
        first.close();
        client.ask("kset", "b", "x");

        var again = tail("", "Last-Event-ID: " + first.lastId + "\r\n");
        assertThat(again.next()).contains("\"key\":\"b\"");
        assertThat(tail("?after=" + first.lastId, "").next()).contains("\"key\":\"b\"");
        for (var id : List.of("0-1", "nonsense", first.lastId + "999", "-1", "a-" + Long.MAX_VALUE + "0")) {
            assertThat(tail("", "Last-Event-ID: " + id + "\r\n").next()).as(id).isEqualTo("gap {\"missed\":0}");
        }
    }

    @Test
    void whoComesBackTooLateIsToldHowMuchHeMissed() throws IOException {
        var client = client();
        var first = tail("", "");
        client.ask("kset", "a", "x");
        first.next();
        first.close();
        client.sendRaw("kset\nb\nx\n".repeat(10_000));
        for (int i = 0; i < 10_000; i++) {
            assertThat(client.line()).isEqualTo("ok");
        }

        var again = tail("", "Last-Event-ID: " + first.lastId + "\r\n");

        var gap = again.next();
        assertThat(gap).startsWith("gap {\"missed\":");
        int missed = Integer.parseInt(gap.replaceAll("\\D", ""));
        assertThat(missed).isBetween(10_000 - 4096, 10_000);
        assertThat(again.next()).contains("\"seq\":" + (missed + 1) + ",");
    }

    @Test
    void whoDoesNotReadHoldsNobodyUpAndThereAreNotManyOfThem() throws Exception {
        for (int i = 0; i < 16; i++) {
            assertThat(tail("", "").head).startsWith("HTTP/1.1 200");
        }
        assertThat(tail("", "").head).startsWith("HTTP/1.1 503").containsIgnoringCase("retry-after: ");
        var client = client();
        for (int round = 0; round < 5; round++) {
            client.sendRaw("kset\nb\nx\n".repeat(10_000));
            for (int i = 0; i < 10_000; i++) {
                assertThat(client.line()).isEqualTo("ok");
            }
        }
        try (var admin = new AdminCaller(server.adminAddress().orElseThrow())) {
            assertThat(admin.get("/livez").statusCode()).isEqualTo(200);
            assertThat(admin.get("/api/v1/events?kinds=granted,nonsense").statusCode()).isEqualTo(400);
            assertThat(admin.get("/api/v1/events?other=1").statusCode()).isEqualTo(400);
        }
        for (var each : open) {
            each.close();
        }
        open.clear();
        Eventually.await("there is room again", Duration.ofSeconds(20), Duration.ofMillis(50), () -> {
            try {
                return tail("", "").head.startsWith("HTTP/1.1 200");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void onlyWhatMayBeSeenIsToldAndNothingAfterTheIdentityIsGone() throws Exception {
        server.close();
        var token = "the-token-of-somebody-on-call";
        var digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(ISO_8859_1));
        var identities = Files.writeString(folder.resolve("identities"), """
                identities:
                  - name: on-call
                    tokens: ["sha256:%s"]
                    rules:
                      - {allow: [observe, write], keys: ["jobs/*"]}
                      - {allow: [write], keys: ["other/*"]}
                """.formatted(HexFormat.of().formatHex(digest)));
        server = DflockdServer.start(config().set(Setting.IDENTITIES, identities.toString()).build());
        assertThat(tail("", "").head).startsWith("HTTP/1.1 401");
        var reader = tail("", "Authorization: Bearer " + token + "\r\n");
        var client = client();
        client.ask("auth", "_", token);

        client.ask("kset", "other/a", "x");
        client.ask("kset", "jobs/a", "x");

        assertThat(reader.next()).contains("\"key\":\"jobs/a\"");
        Files.writeString(identities, "identities: []\n");
        server.reload();
        assertThat(reader.next()).isEqualTo("end");
    }

    @Test
    void aDurableServerTellsThemToo() throws Exception {
        server.close();
        server = DflockdServer.start(
                config().set(Setting.DATA_DIR, folder.resolve("data").toString()).set(Setting.FSYNC, "os").build());
        var reader = tail("", "");

        client().ask("l", "jobs", "0 30");

        assertThat(reader.next()).contains("\"kind\":\"granted\",\"key\":\"jobs\"");
    }
}
