package io.dflockd.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What clients do, done with nothing but HTTP. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class DataOverHttpTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final AdminContract CONTRACT = AdminContract.ofThisServer();

    @TempDir private Path folder;
    private DflockdServer server;
    private AdminCaller http;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() {
        startWith(config());
    }

    private static ServerConfig.Builder config() {
        return ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "0");
    }

    private void startWith(ServerConfig.Builder config) {
        server = DflockdServer.start(config.build());
        http = new AdminCaller(server.adminAddress().orElseThrow());
    }

    private void restartWith(ServerConfig.Builder config) {
        server.close();
        http.close();
        startWith(config);
    }

    @AfterEach
    void stop() throws Exception {
        for (var each : open) {
            each.close();
        }
        http.close();
        server.close();
    }

    private WireClient client() {
        var client = WireClient.connect(server.address());
        open.add(client);
        return client;
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request = http.request("/api/v1" + path)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.get("/api/v1" + path);
    }

    private static Map<String, Object> json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return MAPPER.fromJsonObject(answer.body());
    }

    private static void refused(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    }

    @Test
    void aValueIsStoredReadAndDeleted() throws Exception {
        refused(get("/values/conf%2Fa"), 404, "nil");
        json(send("PUT", "/values/conf%2Fa", "{\"value\":\"gr\u00fcn\",\"ttl_s\":90.5}"));

        assertThat(json(get("/values/conf%2Fa"))).containsEntry("value", "gr\u00fcn").containsEntry("key", "conf/a");
        assertThat(client().ask("kget", "conf/a", "")).isEqualTo(
                "ok " + new String("gr\u00fcn".getBytes(UTF_8), ISO_8859_1));
        assertThat(get("/values").body()).contains("\"ttl_left_s\":90.").doesNotContain("gr\u00fcn");
        json(send("DELETE", "/values/conf%2Fa", ""));
        refused(get("/values/conf%2Fa"), 404, "nil");
    }

    @Test
    void aValueThatIsNoTextComesAsBase64() throws Exception {
        var bytes = Base64.getEncoder().encodeToString(new byte[]{(byte) 0xff, 0, 1, ' '});

        json(send("PUT", "/values/%FF", "{\"value_b64\":\"" + bytes + "\"}"));

        assertThat(json(get("/values/%FF"))).containsEntry("value_b64", bytes).containsKey("key_b64");
        assertThat(client().ask("kget", "\u00ff", "")).isEqualTo("ok \u00ff\0\1 ");
    }

    @Test
    void aValueIsReplacedOnlyWhereItIsTheOneThatWasRead() throws Exception {
        var first = send("PUT", "/values/a", "{\"value\":\"1\"}", "If-None-Match", "*");
        json(first);
        refused(send("PUT", "/values/a", "{\"value\":\"2\"}", "If-None-Match", "*"), 412, "cas_conflict");
        var tag = get("/values/a").headers().firstValue("ETag").orElseThrow();
        assertThat(first.headers().firstValue("ETag")).hasValue(tag);

        var second = send("PUT", "/values/a", "{\"value\":\"2\"}", "If-Match", tag);

        json(second);
        refused(send("PUT", "/values/a", "{\"value\":\"3\"}", "If-Match", tag), 412, "cas_conflict");
        refused(send("PUT", "/values/b", "{\"value\":\"3\"}", "If-Match", tag), 412, "cas_conflict");
        refused(send("PUT", "/values/a", "{\"value\":\"3\"}", "If-Match", tag, "If-None-Match", "*"), 400, "invalid");
        refused(send("PUT", "/values/a", "{\"value\":\"3\"}", "If-None-Match", tag), 400, "invalid");
        refused(send("DELETE", "/values/a", "", "If-Match", tag), 400, "invalid");
        for (var header : List.of("If-Match", "If-None-Match")) {
            refused(send("PUT", "/values/a", "{\"value\":\"3\"}", header, ""), 400, "invalid");
            refused(send("DELETE", "/values/a", "", header, ""), 400, "invalid");
        }
        refused(send("PUT", "/values/b", "{\"value\":\"3\"}", "If-Match", "*"), 412, "cas_conflict");
        assertThat(json(get("/values/a"))).containsEntry("value", "2");
        json(send("PUT", "/values/a", "{\"value\":\"3\"}", "If-Match",
                tag + ", " + second.headers().firstValue("ETag").orElseThrow()));
        json(send("PUT", "/values/a", "{\"value\":\"4\"}", "If-Match", "*"));
        assertThat(json(get("/values/a"))).containsEntry("value", "4");
    }

    @Test
    void whatCannotBeAValueIsRefusedByName() throws Exception {
        for (var body : List.of("{\"value\":\"a\\tb\"}", "{\"value\":\"a\\nb\"}", "{\"value\":\"\"}", "{}", "[]", "",
                "{\"value\":\"a\",\"value_b64\":\"YQ==\"}", "{\"value_b64\":\"?\"}", "{\"value\":\"a\",\"ttl_s\":0}",
                "{\"value\":\"a\",\"ttl_s\":-1}", "{\"value\":\"a\",\"ttl_s\":1e99}", "{\"value\":7}",
                "{\"value\":\"a\",\"ttl_s\":1e-999999999}", "{\"value\":\"a\",\"ttl_s\":\"1\"}",
                "{\"value\":\"a\",\"ttl\":1}", "{\"value\":null}", "{\"value\":\"\\ud800\"}")) {
            var answer = send("PUT", "/values/a", body);
            assertThat(answer.statusCode()).as(body + " -> " + answer.body()).isEqualTo(400);
        }
        refused(send("PUT", "/values/a%0Ab", "{\"value\":\"x\"}"), 400, "invalid");
        refused(send("PUT", "/values/a%20b", "{\"value\":\"x\"}"), 400, "invalid");
        refused(send("PUT", "/values/" + "k".repeat(257), "{\"value\":\"x\"}"), 400, "invalid");
        refused(send("PUT", "/values/a", "{\"value\":\"" + "x".repeat(16_385) + "\"}"), 400, "invalid");
        refused(send("PUT", "/values/a", "{\"value\":\"" + "x".repeat(30_000) + "\"}"), 413, "too_large");
        refused(get("/values/a?ttl=1"), 400, "invalid");
        refused(get("/values/a"), 404, "nil");
        json(send("PUT", "/values/a", "{\"value\":\"" + "x".repeat(16_384) + "\"}"));
        assertThat(json(get("/values/a"))).containsEntry("value", "x".repeat(16_384));
    }

    @Test
    void aCounterCounts() throws Exception {
        assertThat(json(get("/counters/n"))).containsEntry("value", 0L);
        assertThat(json(send("POST", "/counters/n/add", "{\"delta\":5}"))).containsEntry("value", 5L);
        assertThat(json(send("POST", "/counters/n/add", "{\"delta\":\"-7\"}"))).containsEntry("value", -2L);
        json(send("PUT", "/counters/n", "{\"value\":" + Long.MAX_VALUE + "}"));
        refused(send("POST", "/counters/n/add", "{\"delta\":1}"), 409, "error");
        refused(send("POST", "/counters/n/add", "{\"delta\":1.5}"), 400, "invalid");
        refused(send("POST", "/counters/n/add", "{\"delta\":1e30}"), 400, "invalid");
        refused(send("POST", "/counters/n/add", "{}"), 400, "invalid");
        assertThat(json(get("/counters/n"))).containsEntry("value", Long.MAX_VALUE);
    }

    @Test
    void aListIsPushedToReadAndPoppedFrom() throws Exception {
        json(send("POST", "/lists/q/push", "{\"value\":\"b\"}"));
        json(send("POST", "/lists/q/push", "{\"value\":\"c\\t\\\"\"}"));
        assertThat(json(send("POST", "/lists/q/push", "{\"value\":\"a\",\"end\":\"left\"}"))).containsEntry("length",
                3L);

        assertThat(json(get("/lists/q"))).containsEntry("values", List.of("a", "b", "c\t\""));
        assertThat(json(get("/lists/q?start=-1"))).containsEntry("values", List.of("c\t\""));
        assertThat(json(get("/lists/q?start=0&stop=0"))).containsEntry("values", List.of("a"));
        assertThat(json(get("/lists/other"))).containsEntry("values", List.of());
        assertThat(json(send("POST", "/lists/q/pop", "{}"))).containsEntry("value", "a");
        assertThat(json(send("POST", "/lists/q/pop", "{\"end\":\"right\"}"))).containsEntry("value", "c\t\"");
        assertThat(json(send("POST", "/lists/q/pop", "{\"end\":\"left\"}"))).containsEntry("value", "b");
        refused(send("POST", "/lists/q/pop", "{}"), 404, "nil");
        refused(send("POST", "/lists/q/pop", "{\"end\":\"middle\"}"), 400, "invalid");
    }

    @Test
    void whatIsTooLongIsAskedForInParts() throws Exception {
        var client = client();
        for (int i = 0; i < 20; i++) {
            client.ask("rpush", "q", "x".repeat(30_000));
        }

        refused(get("/lists/q"), 413, "error_too_large");
        assertThat(json(get("/lists/q?stop=1"))).containsEntry("values",
                List.of("x".repeat(30_000), "x".repeat(30_000)));
    }

    @Test
    void aHoldBelongsToWhoeverHasItsToken() throws Exception {
        var held = json(send("POST", "/locks/jobs%2Fa/acquire", "{\"lease_s\":120.5}"));

        assertThat(held).containsEntry("lease_s", 120.5).containsEntry("key", "jobs/a");
        assertThat(client().ask("l", "jobs/a", "0")).isEqualTo("timeout");
        refused(send("POST", "/locks/jobs%2Fa/acquire", "{}"), 423, "timeout");
        var token = "{\"token\":\"" + held.get("token") + "\"";
        var renewed = json(send("POST", "/locks/jobs%2Fa/renew", token + ",\"lease_s\":60}"));
        assertThat(renewed).containsEntry("lease_s", 60L).containsEntry("fence", held.get("fence"));
        assertThat(client().ask("n", "jobs/a", held.get("token") + " 30")).isEqualTo("ok 30 " + held.get("fence"));
        refused(send("POST", "/locks/jobs%2Fb/unlock", token + "}"), 409, "not_held");
        json(send("POST", "/locks/jobs%2Fa/unlock", token + "}"));
        refused(send("POST", "/locks/jobs%2Fa/unlock", token + "}"), 409, "not_held");
        refused(send("POST", "/locks/jobs%2Fa/renew", token + "}"), 409, "not_held");
        assertThat(client().ask("l", "jobs/a", "0")).startsWith("ok ");
    }

    @Test
    void permitsAndReadLocksAreTakenToo() throws Exception {
        for (int i = 0; i < 2; i++) {
            json(send("POST", "/locks/pool/acquire", "{\"kind\":\"semaphore\",\"limit\":2}"));
            json(send("POST", "/locks/page/acquire", "{\"kind\":\"read\"}"));
        }
        refused(send("POST", "/locks/pool/acquire", "{\"kind\":\"semaphore\",\"limit\":2}"), 423, "timeout");
        refused(send("POST", "/locks/pool/acquire", "{\"kind\":\"semaphore\",\"limit\":3}"), 409,
                "error_limit_mismatch");
        refused(send("POST", "/locks/page/acquire", "{\"kind\":\"write\"}"), 423, "timeout");
        for (var body : List.of("{\"kind\":\"semaphore\"}", "{\"limit\":2}", "{\"kind\":\"election\"}",
                "{\"kind\":\"semaphore\",\"limit\":0}", "{\"wait_s\":31}", "{\"wait_s\":-1}", "{\"lease_s\":0}",
                "{\"lease_s\":1e12}", "{\"token\":\"x\"}")) {
            assertThat(send("POST", "/locks/other/acquire", body).statusCode()).as(body).isEqualTo(400);
        }
        for (var token : List.of("", "a b", "a\\nb", "\u00fc", "x".repeat(200))) {
            assertThat(send("POST", "/locks/pool/unlock", "{\"token\":\"" + token + "\"}").statusCode())
                    .as(token)
                    .isEqualTo(400);
        }
    }

    @Test
    void aWaitEndsWithAGrantOrWithItsConnection() throws Exception {
        var holder = client();
        var token = holder.askToken("l", "a", "0 300");
        try (var waiter = post("/locks/a/acquire", "{\"wait_s\":30}")) {
            awaitWaiters("a", 1);
        }
        awaitWaiters("a", 0);
        var waiter = post("/locks/a/acquire", "{\"wait_s\":30,\"lease_s\":300}");
        awaitWaiters("a", 1);

        holder.ask("r", "a", token);

        assertThat(statusOf(waiter)).contains("200");
        waiter.close();
        assertThat(client().ask("l", "a", "0")).as("it outlives its connection").isEqualTo("timeout");
    }

    private Socket post(String path, String body) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.adminAddress().orElseThrow().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("POST /api/v1" + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
                        + " application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(ISO_8859_1));
        open.add(socket);
        return socket;
    }

    private static String statusOf(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
    }

    private void awaitWaiters(String key, int count) {
        Eventually.await(count + " wait", Duration.ofSeconds(20), Duration.ofMillis(20), () -> {
            try {
                return get("/locks/" + key).body().contains("\"waiter_count\":" + count);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aSignalAndAChangeAreTold() throws Exception {
        try (var signals = new Stream("/signals?pattern=news.%3E", "");
                var changes = new Stream("/watch?pattern=conf.*", "")) {
            assertThat(json(send("POST", "/signals/news.a", "{\"payload\":\"hello\\tyou\"}")))
                    .containsEntry("receivers", 1L);
            client().ask("signal", "news.b", "\u00ff".repeat(2000));
            json(send("PUT", "/values/conf.a", "{\"value\":\"1\"}"));

            assertThat(signals.next()).isEqualTo("signal {\"channel\":\"news.a\",\"payload\":\"hello\\tyou\"}");
            assertThat(signals.next()).contains("\"channel\":\"news.b\"", "\"payload_b64\":\"");
            assertThat(changes.next()).isEqualTo("change {\"key\":\"conf.a\",\"event\":\"kset\"}");
        }
        Eventually.await("nobody listens", Duration.ofSeconds(20), Duration.ofMillis(20), () -> {
            try {
                return json(send("POST", "/signals/news.a", "{\"payload\":\"x\"}")).get("receivers").equals(0L);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        refused(get("/signals"), 400, "invalid");
        refused(get("/signals?pattern=a%0Ab"), 400, "invalid");
        refused(get("/signals?pattern=a&other=b"), 400, "invalid");
        refused(send("POST", "/signals/a.*", "{\"payload\":\"x\"}"), 400, "invalid");
        refused(send("POST", "/signals/a", "{\"payload\":\"a\\nb\"}"), 400, "invalid");
    }

    @Test
    void whoDoesNotReadHoldsNobodyUp() throws Exception {
        var client = client();
        var idle = new ArrayList<Stream>();
        for (int i = 0; i < 16; i++) {
            idle.add(new Stream("/signals?pattern=news", ""));
            open.add(idle.getLast());
        }
        refused(get("/signals?pattern=news"), 503, "busy");

        int sent = 0;
        while (!client.ask("signal", "news", "x".repeat(60_000)).equals("ok 0")) {
            sent++;
            assertThat(sent).as("what those keep who do not read").isLessThan(1000);
        }
        int told = 0;
        for (var line = idle.getFirst().next(); !line.equals("end {}"); line = idle.getFirst().next()) {
            assertThat(line).startsWith("signal ");
            told++;
        }
        assertThat(told).isBetween(1, sent);
        assertThat(idle.getFirst().next()).isEqualTo("closed");
    }

    /** Somebody who reads what he subscribed to. */
    private final class Stream implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Stream(String path, String headers) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.adminAddress().orElseThrow().getPort());
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /api/v1" + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                            .getBytes(ISO_8859_1));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            assertThat(in.readLine()).startsWith("HTTP/1.1 200");
            for (var line = in.readLine(); !line.equals(":"); line = in.readLine()) {
                assertThat(line).isNotNull();
            }
        }

        String next() throws IOException {
            var name = "";
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    var data = line.substring("data: ".length());
                    if (!name.equals("end")) {
                        CONTRACT.checkEvent(
                                Map.of("signal", "Signal", "change", "Change", "missed", "Missed").get(name), data);
                    }
                    return name + ' ' + data;
                }
            }
            return "closed";
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void nobodyDoesOverHttpWhatHisRulesDoNotAllow() throws Exception {
        var identities = folder.resolve("identities");
        Files.writeString(identities, rules("""
                      - {allow: [hold], keys: ["jobs/*"]}
                      - {allow: [read, write], keys: ["conf.*"]}
                      - {allow: [read], keys: ["shared"]}
                      - {allow: [send, listen], channels: ["news.>"]}
                      - {allow: [watch], keys: ["conf.*"]}
                """));
        restartWith(config().set(Setting.IDENTITIES, identities.toString()));
        var token = "Bearer " + TOKEN;

        refused(get("/values/conf.a"), 401, "auth");
        refused(send("PUT", "/values/conf.a", "{\"value\":\"1\"}"), 401, "auth");
        json(send("PUT", "/values/conf.a", "{\"value\":\"1\"}", "Authorization", token));
        refused(send("PUT", "/values/shared", "{\"value\":\"1\"}", "Authorization", token), 403, "denied");
        refused(send("DELETE", "/values/other", "", "Authorization", token), 403, "denied");
        refused(send("POST", "/counters/other/add", "{\"delta\":1}", "Authorization", token), 403, "denied");
        refused(send("POST", "/lists/other/pop", "{}", "Authorization", token), 403, "denied");
        var held = json(send("POST", "/locks/jobs%2Fa/acquire", "{}", "Authorization", token));
        refused(send("POST", "/locks/conf.a/acquire", "{}", "Authorization", token), 403, "denied");
        refused(send("POST", "/locks/jobs%2Fa/release", "{\"fence\":1,\"reason\":\"x\"}", "Authorization", token), 403,
                "denied");
        json(send("POST", "/locks/jobs%2Fa/unlock", "{\"token\":\"" + held.get("token") + "\"}", "Authorization",
                token));
        json(send("POST", "/signals/news.a", "{\"payload\":\"x\"}", "Authorization", token));
        refused(send("POST", "/signals/other", "{\"payload\":\"x\"}", "Authorization", token), 403, "error_denied");
        for (var path : List.of("/signals?pattern=other", "/signals?pattern=%3E", "/watch?pattern=%3E",
                "/watch?pattern=jobs%2Fa")) {
            refused(http.send(http.request("/api/v1" + path).header("Authorization", token).build()), 403,
                    "error_denied");
        }
        try (var stream = new Stream("/watch?pattern=conf.%3E", "Authorization: " + token + "\r\n")) {
            json(send("PUT", "/values/conf.b", "{\"value\":\"1\"}", "Authorization", token));
            assertThat(stream.next()).contains("conf.b");
            Files.writeString(identities, "identities: []\n");
            server.reload();
            assertThat(stream.next()).isIn("end {}", "closed");
        }
        refused(http.send(http.request("/api/v1/values/conf.a").header("Authorization", token).build()), 401, "auth");
    }

    private static final String TOKEN = "the-token-of-an-application";

    private static String rules(String rules) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(ISO_8859_1));
        return """
                identities:
                  - name: app
                    tokens: ["sha256:%s"]
                    max_holds: 1
                    rules:
                """.formatted(HexFormat.of().formatHex(digest)) + rules;
    }

    @Test
    void whatIsHeldOverHttpCountsForWhoHoldsIt() throws Exception {
        var identities = folder.resolve("identities");
        Files.writeString(identities, rules("      - {allow: [hold], keys: [\"*\"]}\n"));
        restartWith(config().set(Setting.IDENTITIES, identities.toString()));

        json(send("POST", "/locks/a/acquire", "{}", "Authorization", "Bearer " + TOKEN));

        var second = send("POST", "/locks/b/acquire", "{}", "Authorization", "Bearer " + TOKEN);
        refused(second, 429, "error_max_locks");
        assertThat(second.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void theHolderGetsInHoweverManyWait() throws Exception {
        var held = json(send("POST", "/locks/a/acquire", "{\"lease_s\":300}"));
        for (int i = 0; i < 40; i++) {
            post("/locks/a/acquire", "{\"wait_s\":30}");
        }
        awaitWaiters("a", 24);

        var token = "{\"token\":\"" + held.get("token") + "\"}";
        json(send("POST", "/locks/a/renew", token));
        json(send("POST", "/locks/a/unlock", token));
    }

    @Test
    void whoMayNotIsRecorded() throws Exception {
        var identities = folder.resolve("identities");
        Files.writeString(identities, rules("      - {allow: [hold], keys: [\"jobs/*\"]}\n"));
        var log = folder.resolve("audit.log");
        restartWith(config().set(Setting.IDENTITIES, identities.toString()).set(Setting.AUDIT_LOG, log.toString()));

        refused(http.send(http.request("/api/v1/values/x").header("Authorization", "Bearer " + TOKEN).build()), 403,
                "denied");
        refused(http
                .send(http.request("/api/v1/values/y").header("Authorization", "Bearer wrong-token-of-nobody").build()),
                401, "auth");

        Eventually.await("both are recorded", Duration.ofSeconds(20), Duration.ofMillis(20), () -> {
            try {
                var text = Files.readString(log);
                return text.contains("/api/v1/values/x") && text.contains("/api/v1/values/y");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aServerWithATokenWantsItHereToo() throws Exception {
        var token = Files.writeString(folder.resolve("token"), "the-token-of-all-clients");
        restartWith(config().set(Setting.AUTH_TOKEN_FILE, token.toString()));

        refused(send("PUT", "/values/a", "{\"value\":\"1\"}"), 401, "auth");
        refused(get("/values/a"), 401, "auth");
        json(send("PUT", "/values/a", "{\"value\":\"1\"}", "Authorization", "Bearer the-token-of-all-clients"));
    }

    @Test
    void aPageOfAnotherSiteDoesNothing() throws Exception {
        refused(http.send(http.request("/api/v1/lists/q/push")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{\"value\":\"x\"}"))
                .build()), 415, "type");
        refused(send("POST", "/lists/q/push", "{\"value\":\"x\"}", "Origin", "http://evil.example"), 403, "origin");
        assertThat(json(get("/lists/q"))).containsEntry("values", List.of());
    }

    @Test
    void aDrainedServerTakesNothingNewHereEither() throws Exception {
        restartWith(config().set(Setting.ADMIN_TOKEN_FILE,
                Files.writeString(folder.resolve("admin"), "the-token-of-operators").toString()));
        var held = json(send("POST", "/locks/a/acquire", "{}"));
        json(send("POST", "/drain", "{\"reason\":\"test\"}", "Authorization", "Bearer the-token-of-operators"));

        refused(send("POST", "/locks/b/acquire", "{}"), 503, "error_draining");
        json(send("POST", "/locks/a/unlock", "{\"token\":\"" + held.get("token") + "\"}"));
    }

    @Test
    void aDurableServerDoesItToo() throws Exception {
        var durable = config().set(Setting.DATA_DIR, folder.resolve("data").toString()).set(Setting.FSYNC, "os");
        restartWith(durable);
        var held = json(send("POST", "/locks/a/acquire", "{\"lease_s\":300}"));
        json(send("POST", "/lists/q/push", "{\"value\":\"x\"}"));

        restartWith(durable);

        refused(send("POST", "/locks/a/acquire", "{}"), 423, "timeout");
        json(send("POST", "/locks/a/unlock", "{\"token\":\"" + held.get("token") + "\"}"));
        assertThat(json(send("POST", "/lists/q/pop", "{}"))).containsEntry("value", "x");
    }
}
