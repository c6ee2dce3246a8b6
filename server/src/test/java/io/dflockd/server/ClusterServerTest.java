package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.protocol.Members;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three servers that are one, as clients see them. What a crash does is seen with real processes. */
class ClusterServerTest {
    private static final Duration PATIENCE = ThreeServers.PATIENCE;
    private static final List<String> NAMES = ThreeServers.NAMES;
    private static final String SESSION = "0123456789abcdef";

    @TempDir Path folder;

    private ThreeServers servers;

    @BeforeEach
    void start() {
        servers = ThreeServers.start(folder, (name, config) -> {});
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    private WireClient connect(String name) {
        return WireClient.connect(servers.get(name).address());
    }

    /** What the cluster says of itself, by one of its members, once it knows who leads. */
    private Members ask(String name) {
        var said = new AtomicReference<@Nullable Members>();
        Eventually.await("a leader is known", PATIENCE, () -> {
            @Nullable Members members = askOnce(name);
            said.set(members);
            return members != null && !members.leader().isEmpty();
        });
        return Objects.requireNonNull(said.get());
    }

    /** Null where the connection ends, as it does when another node comes to lead meanwhile. */
    private @Nullable Members askOnce(String name) {
        try (var client = connect(name)) {
            client.send("cluster", "_", "");
            var answer = Objects.requireNonNull(client.line(PATIENCE), "no answer");
            return answer.startsWith("ok ") ? Members.parse(answer.substring("ok ".length())) : null;
        }
    }

    private List<String> others(String leader) {
        return NAMES.stream().filter(name -> !name.equals(leader) && servers.has(name)).toList();
    }

    @Test
    void everyMemberServesEveryClient() throws IOException, InterruptedException {
        int sum = 0;
        for (var name : NAMES) {
            var members = ask(name);
            assertThat(members.addresses()).containsOnlyKeys(NAMES);
            assertThat(members.leader()).isIn(NAMES);
            try (var client = connect(name)) {
                sum++;
                assertThat(client.ask("incr", "c", "1")).isEqualTo("ok " + sum);
                assertThat(client.ask("hello", "_", "test")).contains(",cluster ");
                client.askToken("l", name, "0");
                assertThat(client.ask("holders", name, ""))
                        .contains("\"peer\":\"127.0.0.1:" + client.socket().getLocalPort() + '"');
                assertThat(client.ask("stats", "_", ""))
                        .contains("\"role\":\"leader\"", "\"leader\":\"" + members.leader() + '"');
            }
            try (var admin = new AdminCaller(servers.get(name).adminAddress().orElseThrow())) {
                assertThat(admin.get("/api/v1/status").body()).contains("\"node\":\"" + name + '"');
            }
        }
    }

    @Test
    void whatIsDecidedIsCountedByTheMemberThatLeadsAndToldByEach() throws IOException {
        var leader = ask("n1").leader();
        var follower = others(leader).get(0);
        try (var client = connect(follower);
                var ofLeader = new EventsTest.Tail(servers.get(leader), "", "");
                var ofFollower = new EventsTest.Tail(servers.get(follower), "", "")) {
            client.askToken("l", "k", "0");
            assertThat(ofLeader.next()).contains("\"kind\":\"granted\",\"key\":\"k\"");
            assertThat(ofFollower.next()).contains("\"kind\":\"granted\",\"key\":\"k\"");
        }

        var atLeader = Scrape.of(servers.get(leader));
        assertThat(atLeader.names()).contains(Scrape.ofClusters().toArray(String[]::new));
        assertThat(atLeader.value("dflockd_node_role{role=\"leader\"}")).isEqualTo(1);
        assertThat(atLeader.value("dflockd_grants_total{kind=\"lock\",waited=\"false\"}")).isEqualTo(1);
        assertThat(atLeader.value("dflockd_raft_commit_seconds_count")).isPositive();

        Eventually.await("the follower has applied it", PATIENCE, () -> {
            var atFollower = Scrape.of(servers.get(follower));
            return atFollower.value("dflockd_keys{type=\"lock\"}") == 1;
        });
        var atFollower = Scrape.of(servers.get(follower));
        assertThat(atFollower.value("dflockd_grants_total{kind=\"lock\",waited=\"false\"}")).isZero();
        assertThat(atFollower.value("dflockd_node_role{role=\"follower\"}")).isEqualTo(1);
        assertThat(atFollower.value("dflockd_raft_leader")).isEqualTo(1);
    }

    @Test
    void whatWasAnsweredIsThereWhenTheLeaderHasStopped() {
        var leader = ask("n1").leader();
        var follower = others(leader).get(0);
        String token;
        try (var client = connect(follower)) {
            assertThat(client.ask("session", SESSION, "60")).isEqualTo("ok new 60");
            client.sendRaw("@1 incr\nc\n1\n@2 l\nk\n0 60\n");
            assertThat(client.line()).isEqualTo("@1 ok 1");
            token = client.line().split(" ", -1)[2];

            var stopping = CompletableFuture.runAsync(() -> servers.remove(leader).close());

            client.expectEnd();
            stopping.join();
        }
        Eventually.await("another leads", PATIENCE, () -> isServed(follower));
        try (var client = connect(follower)) {
            assertThat(client.ask("session", SESSION, "60 1")).isEqualTo("ok resumed 60 2");
            assertThat(client.line()).startsWith("@2 ok " + token);
            assertThat(client.ask("@3 r", "k", token)).isEqualTo("@3 ok");
            assertThat(client.ask("get", "c", "")).isEqualTo("ok 1");
            assertThat(ask(follower).leader()).isIn(others(leader));
        }
    }

    @Test
    void theOperatorChangesWhatAllHoldTo() {
        var leader = ask("n1").leader();
        var other = others(leader).get(0);
        try (var client = connect(other)) {
            assertThat(client.ask("hello", "_", "")).contains(",max_grace=600,");
            assertThat(client.ask("cluster", "_", "set max-session-grace=90")).isEqualTo("error_denied");
            assertThat(client.ask("cluster", "_", "upgrade")).isEqualTo("error_denied");
            assertThat(client.ask("auth", "_", ThreeServers.TOKEN)).isEqualTo("ok");
            assertThat(client.ask("cluster", "_", "set max-session-grace=90"))
                    .isEqualTo("ok {\"done\":true,\"result\":\"max-session-grace is 90\"}");
            assertThat(client.ask("cluster", "_", "set max-session-grace=long"))
                    .startsWith(
                            "ok {\"done\":false,\"reason\":\"max-session-grace: \\\"long\\\" is not valid, must be ");
            assertThat(client.ask("cluster", "_", "set port=7"))
                    .startsWith("ok {\"done\":false,\"reason\":\"'port' is not a limit of a cluster, must be one of ");
            assertThat(client.ask("cluster", "_", "status"))
                    .contains("\"rules\":1", "\"max-session-grace\":\"90\"", "\"max-locks\":\"");
            assertThat(client.ask("hello", "_", "")).contains(",max_grace=90,");
            assertThat(client.ask("cluster", "_", "upgrade")).isEqualTo(
                    "ok {\"done\":true,\"result\":\"rules 1 are in force, the newest that all members know\"}");
        }
    }

    @Test
    void theOperatorSeesTheMembersAndHasAnotherLead() {
        var leader = ask("n1").leader();
        var other = others(leader).get(0);
        try (var client = connect(other)) {
            assertThat(client.ask("cluster", "_", "status"))
                    .contains("\"leader\":\"" + leader + '"', "\"name\":\"" + other + '"', "\"free_bytes\":");
            assertThat(client.ask("cluster", "_", "transfer " + other)).isEqualTo("error_denied");
            assertThat(client.ask("auth", "_", ThreeServers.TOKEN)).isEqualTo("ok");
            assertThat(client.ask("cluster", "_", "transfer n9"))
                    .isEqualTo("ok {\"done\":false,\"reason\":\"there is no member 'n9', there are n1, n2, n3\"}");
            assertThat(client.ask("cluster", "_", "transfer " + leader))
                    .isEqualTo("ok {\"done\":true,\"result\":\"" + leader + " leads already\"}");

            client.send("cluster", "_", "transfer " + other);

            Eventually.await("the other leads", PATIENCE, () -> isServed(other) && ask(other).leader().equals(other));
        }
    }

    /** As before its machine is taken away: clients go to the others, and what they hold stays theirs. */
    @Test
    void aLeaderThatIsDrainedHandsTheLeadOnAndLetsNobodyInUntilItTakesAllAgain() throws Exception {
        var leader = ask("n1").leader();
        var other = others(leader).get(0);
        String token;
        try (var client = connect(leader)) {
            assertThat(client.ask("session", SESSION, "60")).isEqualTo("ok new 60");
            token = client.ask("l", "k", "0 60").split(" ", -1)[1];

            assertThat(drain(leader, "POST", "{\"reason\":\"new kernel\"}")).contains("\"drain\":{");

            client.expectEnd();
        }
        Eventually.await("another leads", PATIENCE, () -> isServed(other) && !ask(other).leader().equals(leader));
        assertThat(get(leader, "/readyz").statusCode()).isEqualTo(503);
        try (var late = connect(leader)) {
            late.expectEnd();
        }
        Eventually.await("its clients are with others", PATIENCE,
                () -> get(leader, "/api/v1/status").body().contains("\"left\":0"));
        try (var client = connect(other)) {
            assertThat(client.ask("session", SESSION, "60")).startsWith("ok resumed");
            assertThat(client.ask("r", "k", token)).as("nothing was taken from it").isEqualTo("ok");
        }

        drain(leader, "DELETE", "{}");

        Eventually.await("it is ready again", PATIENCE, () -> get(leader, "/readyz").statusCode() == 200);
        Eventually.await("it lets clients in", PATIENCE, () -> isServed(leader));
    }

    private String drain(String name, String method, String body) throws Exception {
        try (var admin = new AdminCaller(servers.get(name).adminAddress().orElseThrow())) {
            var answer = admin.send(admin.request("/api/v1/drain")
                    .header("Authorization", "Bearer " + ThreeServers.TOKEN)
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        }
    }

    private HttpResponse<String> get(String name, String path) {
        try (var admin = new AdminCaller(servers.get(name).adminAddress().orElseThrow())) {
            return admin.get(path);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isServed(String name) {
        try (var client = connect(name)) {
            return client.ask("ping", "_", "").equals("ok");
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
