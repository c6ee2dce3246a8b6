package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentitiesTest {
    private static final Duration LONG = Duration.ofSeconds(15);

    @TempDir Path folder;

    static String digest(String token) throws Exception {
        var bytes = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
        return "sha256:" + HexFormat.of().formatHex(bytes);
    }

    private Path write(String orderRules) throws Exception {
        return Files.writeString(folder.resolve("identities.yaml"), """
                identities:
                  - name: orders
                    tokens: ["%s"]
                    rules: [%s]
                  - name: on-call
                    tokens: ["%s"]
                    rules: [{allow: [release, observe, stats], keys: ["orders/*"]}]
                """.formatted(digest("t-orders"), orderRules, digest("t-on-call")));
    }

    private static final String ORDERS = """
            {allow: [hold, read, write, watch], keys: ["orders/*", "orders.*"]},
            {allow: [send, listen], channels: ["orders.>"]}
            """.replace('\n', ' ');

    private ServerConfig.Builder config(Path file) {
        return ServerConfig.builder().set(Setting.PORT, "0").set(Setting.IDENTITIES, file.toString());
    }

    private static WireClient client(DflockdServer server, String token) throws IOException {
        var client = WireClient.connect(server.address());
        assertThat(client.ask("auth", "_", token)).isEqualTo("ok");
        return client;
    }

    @Test
    void rulesAreAboutKeysAndChannels() throws Exception {
        try (var server = DflockdServer.start(config(write(ORDERS)).build());
                var orders = client(server, "t-orders");
                var onCall = client(server, "t-on-call")) {
            var granted = orders.ask("l", "orders/1", "0").split(" ", -1);
            assertThat(granted[0]).isEqualTo("ok");
            assertThat(orders.ask("l", "jobs/1", "0")).isEqualTo("error_denied");
            assertThat(orders.ask("l", "orders", "0")).isEqualTo("error_denied");
            assertThat(orders.ask("listen", "orders.*.new", "")).isEqualTo("ok");
            assertThat(orders.ask("listen", ">", "")).isEqualTo("error_denied");
            assertThat(orders.ask("signal", "orders.1.new", "x")).isEqualTo("sig orders.1.new x");
            assertThat(orders.line()).isEqualTo("ok 1");
            assertThat(orders.ask("signal", "jobs.1", "x")).isEqualTo("error_denied");
            assertThat(orders.ask("watch", "orders.*", "")).isEqualTo("ok");
            assertThat(orders.ask("watch", "*", "")).isEqualTo("error_denied");
            assertThat(orders.ask("observe", "orders/leader", "")).isEqualTo("ok");
            assertThat(orders.ask("observe", "jobs/leader", "")).isEqualTo("error_denied");
            assertThat(onCall.ask("revoke", "jobs/1", granted[3])).isEqualTo("error_denied");
            assertThat(onCall.ask("holders", "orders/1", "")).startsWith("ok {");
            assertThat(onCall.ask("revoke", "orders/1", granted[3])).isEqualTo("ok");
        }
    }

    @Test
    void changedRulesAreInForceSoonAndSubscriptionsEndByThem() throws Exception {
        var file = write(ORDERS);
        try (var server = DflockdServer.start(config(file).build());
                var orders = client(server, "t-orders");
                var other = client(server, "t-orders")) {
            assertThat(orders.ask("listen", "orders.>", "")).isEqualTo("ok");
            assertThat(orders.ask("listen", "orders.kept.>", "")).isEqualTo("ok");
            var granted = orders.ask("l", "orders/1", "0").split(" ", -1);
            write("{allow: [hold], keys: [\"jobs/*\"]}, {allow: [send, listen], channels: [\"orders.kept.>\"]}");

            assertThat(orders.line()).as("by itself").isEqualTo("missed events 1");

            assertThat(orders.ask("n", "orders/1", granted[1])).isEqualTo("error_denied");
            assertThat(orders.ask("l", "jobs/1", "0")).startsWith("ok ");
            assertThat(other.ask("signal", "orders.kept.1", "x")).isEqualTo("ok 1");
            assertThat(orders.line()).isEqualTo("sig orders.kept.1 x");
            write(ORDERS);
            assertThat(server.reload().changed()).containsExactly("orders");
            assertThat(other.ask("signal", "orders.1", "x")).as("nobody listens").isEqualTo("ok 0");
        }
    }

    @Test
    void whoIsRemovedIsCutOffAndWhatItHeldGoesOn() throws Exception {
        var file = write(ORDERS);
        try (var server = DflockdServer.start(config(file).build());
                var orders = client(server, "t-orders");
                var onCall = client(server, "t-on-call")) {
            assertThat(orders.ask("l", "orders/1", "0")).startsWith("ok ");
            Files.writeString(file, Files.readString(file).replace("name: orders", "name: jobs"));

            assertThat(server.reload().removed()).containsExactly("orders");

            assertThat(orders.line()).isEqualTo(WireClient.END);
            try (var jobs = client(server, "t-orders")) {
                assertThat(jobs.ask("l", "orders/1", "5")).startsWith("ok ");
            }
            assertThat(onCall.ask("ping", "_", "")).as("nobody else").isEqualTo("ok");
        }
    }

    @Test
    void aSessionThatComesBackHasNoSubscriptionsThatAreAllowedNoLonger() throws Exception {
        var file = write(ORDERS);
        try (var server = DflockdServer.start(config(file).build()); var first = client(server, "t-orders")) {
            assertThat(first.ask("session", "one-0123456789abcdef", "60")).startsWith("ok new");
            assertThat(first.ask("@1 listen", "orders.>", "")).isEqualTo("@1 ok");
            first.close();
            write("{allow: [send], channels: [\"orders.>\"]}");
            server.reload();
            try (var second = client(server, "t-orders"); var other = client(server, "t-orders")) {
                assertThat(second.ask("session", "one-0123456789abcdef", "60 1")).startsWith("ok resumed");
                assertThat(second.line()).isEqualTo("missed events 1");
                Eventually.await("the end of the subscription", LONG,
                        () -> other.ask("signal", "orders.1", "x").equals("ok 0"));
            }
        }
    }

    @Test
    void aSessionOfAnotherIdentityIsAnotherSessionWhateverItsName() throws Exception {
        var name = "one-0123456789abcdef";
        try (var server = DflockdServer.start(config(write("{allow: [hold, stats], keys: [\"*\"]}")).build());
                var orders = client(server, "t-orders");
                var thief = client(server, "t-on-call")) {
            assertThat(orders.ask("session", name, "60")).startsWith("ok new");
            assertThat(orders.ask("l", "orders/1", "0")).startsWith("ok ");

            assertThat(thief.ask("session", name, "60 1")).as("nothing of that session").startsWith("ok new");

            assertThat(orders.ask("holders", "orders/1", "")).as("the first goes on").contains("\"holder_count\":1");
        }
    }

    private static List<String> recorded(List<String> lines, String event) {
        return lines.stream().filter(line -> line.contains("\"event\":\"" + event + "\"")).toList();
    }

    @Test
    void whatIsDoneAndDeniedIsRecorded() throws Exception {
        var audit = folder.resolve("audit.log");
        var file = write("{allow: [hold], keys: [\"orders/*\"], audit: true}");
        var config = config(file).set(Setting.AUDIT_LOG, audit.toString()).build();
        var fence = "";
        try (var server = DflockdServer.start(config);
                var orders = client(server, "t-orders");
                var onCall = client(server, "t-on-call");
                var stranger = WireClient.connect(server.address())) {
            var granted = orders.ask("l", "orders/1", "0").split(" ", -1);
            fence = granted[3];
            assertThat(orders.ask("kset", "jobs/{\"x\":1}", "s3cret-value")).isEqualTo("error_denied");
            assertThat(orders.ask("kset", "jobs/2", "s3cret-value")).isEqualTo("error_denied");
            assertThat(stranger.ask("auth", "_", "t-wrong")).isEqualTo("error_auth");
            assertThat(onCall.ask("revoke", "orders/1", fence)).isEqualTo("ok");
            assertThat(onCall.ask("revoke", "orders/1", fence)).isEqualTo("error");
            granted = orders.ask("l", "orders/1", "0").split(" ", -1);
            assertThat(orders.ask("r", "orders/1", granted[1])).isEqualTo("ok");
        }

        var all = Files.readAllLines(audit);
        // What the engine decided is recorded a moment later, so others may come before it.
        var lines = all.stream().filter(line -> !line.contains("\"event\":\"server.")).toList();
        assertThat(all).hasSize(lines.size() + 2);
        assertThat(lines.stream().map(line -> line.replaceAll("^.*\"event\":\"([^\"]+)\".*$", "$1")))
                .containsExactlyInAnyOrder("login", "login", "hold.granted", "request.denied", "login.failed",
                        "hold.revoked", "hold.revoked", "hold.granted", "hold.released");
        assertThat(recorded(lines, "hold.revoked").get(0))
                .contains("\"actor\":\"on-call\",\"via\":\"data\",\"source\":\"127.0.0.1\",\"key\":\"orders/1\","
                        + "\"fence\":" + fence + ",\"outcome\":\"done\"}");
        assertThat(recorded(lines, "hold.revoked").get(1)).contains("\"outcome\":\"gone\"");
        assertThat(recorded(lines, "request.denied").get(0)).contains("\"key\":\"jobs/{\\\"x\\\":1}\"",
                "\"request\":\"kset\"");
        assertThat(String.join("", lines)).doesNotContain("s3cret-value", "t-orders", "t-wrong");
    }

    @Test
    void aFaultyFileIsRefusedAndTheFormerRulesStay() throws Exception {
        var file = write(ORDERS);
        try (var server = DflockdServer.start(config(file).build()); var orders = client(server, "t-orders")) {
            Files.writeString(file, Files.readString(file).replace("hold", "hodl"));

            assertThatThrownBy(server::reload)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("line 4: ")
                    .hasMessageContaining("is \"hodl\", must be one of hold, read");

            assertThat(orders.ask("l", "orders/1", "0")).startsWith("ok ");
        }
        assertThatThrownBy(() -> DflockdServer.start(config(file).build())).isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--identities: " + file + ", line 4: ");
    }
}
