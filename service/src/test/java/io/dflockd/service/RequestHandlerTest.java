package io.dflockd.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Standing;
import io.dflockd.protocol.Request;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Authenticator;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.driver.DirectJournal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestHandlerTest {
    private static final String NAME = "0123456789abcdef";

    private final List<Throwable> failures = new ArrayList<>();
    private final ServerCounters counters = new ServerCounters();
    private RequestHandler handler = handler(Optional.empty());

    private RequestHandler handler(Optional<String> token) {
        return handler(
                token, (applier, lock) -> new DirectJournal(applier, lock, () -> 1, DirectClient::atOnce));
    }

    private RequestHandler member(Standing standing) {
        return handler(
                Optional.empty(),
                (applier, lock) -> new MemberJournal(
                        new DirectJournal(applier, lock, () -> 1, DirectClient::atOnce), standing));
    }

    private RequestHandler handler(Optional<String> token, EngineDriver.JournalFactory journals) {
        return handler(token, Optional.empty(), journals);
    }

    private RequestHandler handler(
            Optional<String> token, Optional<Path> adminTokenFile, EngineDriver.JournalFactory journals) {
        var settings = new ServiceSettings(30_000, 10, 1 << 20, 65_536, 20_000, LimitNames.none());
        var engine = new Engine(new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000), 1);
        var driver = new EngineDriver(
                engine,
                new Replies(1 << 20),
                () -> 1,
                DirectClient::atOnce,
                failures::add,
                () -> {},
                journals);
        var clients = Authenticator.ofClients(token, Optional.empty(), 1000);
        return new RequestHandler(
                settings,
                driver,
                Identities.of(clients, Authenticator.ofAdmins(adminTokenFile, 1000, clients), Optional.empty()),
                counters,
                new Gate(counters, 0, 0, 0, () -> 1, DirectClient::atOnce),
                AuditTrail.none());
    }

    private DirectClient client() {
        return new DirectClient(handler);
    }

    @Test
    void whatIsNotTheEnginesBusinessIsAnsweredHere() {
        var client = client();

        assertThat(client.ask("ping", "_", "")).isEqualTo("ok");
        assertThat(client.ask("hello", "_", "test")).startsWith("ok dflockd/").contains("sessions", "max_grace=60");
        assertThat(client.ask("auth", "_", "any")).as("without a token").isEqualTo("error");
        assertThat(client.ask("nonsense", "_", "")).isEqualTo("error");
    }

    @Test
    void aMemberOfAClusterSaysWhoLeads() {
        var n1 = new Node("n1", "10.0.0.1:6388", "10.0.0.1:6390");
        var n2 = new Node("n2", "10.0.0.2:6388", "10.0.0.2:6390");
        handler = member(new Standing(Optional.of(n2), 7, true, List.of(n1, n2)));
        var client = client();

        assertThat(client.ask("cluster", "_", ""))
                .isEqualTo("ok term=7 leader=n2 n1=10.0.0.1:6388 n2=10.0.0.2:6388");
        assertThat(client.ask("@1 cluster", "_", "")).isEqualTo("@1 error");
        assertThat(client.ask("hello", "_", "test")).contains(",cluster ");

        handler = member(new Standing(Optional.empty(), 8, false, List.of(n1)));
        assertThat(client().ask("cluster", "_", "")).isEqualTo("ok term=8 leader= n1=10.0.0.1:6388");
    }

    @Test
    void theOperatorSeesTheClusterAndOnlyAdministratorsChangeIt(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("admin"), "s3cret");
        var n1 = new Node("n1", "10.0.0.1:6388", "10.0.0.1:6390");
        var n2 = new Node("n2", "10.0.0.2:6388", "10.0.0.2:6390");
        var standing = new Standing(Optional.of(n2), 7, true, List.of(n1, n2));
        handler = handler(Optional.empty(), Optional.of(file),
                (applier, lock) -> new MemberJournal(
                        new DirectJournal(applier, lock, () -> 1, DirectClient::atOnce), standing));
        var client = client();

        assertThat(client.await("cluster", "_", "status"))
                .startsWith(
                        "ok {\"term\":7,\"leader\":\"n2\",\"committed\":42,\"applied\":41,\"rules\":2,\"limits\":{},\"nodes\":[")
                .contains("{\"name\":\"n1\",\"address\":\"10.0.0.1:6388\",\"peer_address\":\"10.0.0.1:6390\","
                        + "\"role\":\"follower\",\"replicated\":30,\"lag\":12,\"silent_s\":1.5}")
                .contains("\"role\":\"leader\",\"replicated\":43,\"lag\":0,\"silent_s\":0")
                .contains("\"log_bytes\":1000,\"snapshot_index\":20,\"snapshot_bytes\":500,\"snapshot_age_s\":61")
                .contains("\"free_bytes\":9000");
        assertThat(client.await("stats", "_", ""))
                .contains("\"role\":\"leader\",\"term\":7,\"leader\":\"n2\",\"applied\":41");
        assertThat(client.ask("cluster", "_", "transfer")).isEqualTo("error_denied");
        assertThat(client.ask("cluster", "_", "fly")).isEqualTo("error");
        assertThat(client.ask("cluster", "_", "status n1")).isEqualTo("error");

        assertThat(client.ask("auth", "_", "s3cret")).isEqualTo("ok");
        assertThat(client.await("cluster", "_", "transfer n1"))
                .isEqualTo("ok {\"done\":false,\"reason\":\"n1 does not answer\"}");
        assertThat(client.await("cluster", "_", "transfer"))
                .isEqualTo("ok {\"done\":true,\"result\":\"whichever\"}");
        assertThat(client.await("cluster", "_", "remove n1")).isEqualTo("ok {\"done\":true,\"result\":\"n1\"}");
        assertThat(client.await("cluster", "_", "add n4=[::1]:7:8"))
                .isEqualTo("ok {\"done\":true,\"result\":\"Node[name=n4, address=[::1]:7, peerAddress=[::1]:8]\"}");
        assertThat(client.await("cluster", "_", "add n4")).isEqualTo(
                "ok {\"done\":false,\"reason\":\"'n4' is not valid, must be NAME=HOST:CLIENTPORT:PEERPORT\"}");
        assertThat(client.await("cluster", "_", "set max-locks")).isEqualTo(
                "ok {\"done\":false,\"reason\":\"'max-locks' is not valid, must be NAME=VALUE\"}");
        assertThat(client.await("cluster", "_", "set max-locks=7")).isEqualTo(
                "ok {\"done\":false,\"reason\":\"'max-locks' is not a limit that can be changed\"}");
        assertThat(client.await("cluster", "_", "upgrade"))
                .isEqualTo("ok {\"done\":true,\"result\":\"rules 3 are in force\"}");
    }

    @Test
    void thoseWhoAskForTheStatusShareOneAndKeepNobodyFromChangingTheCluster(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("admin"), "s3cret");
        var n1 = new Node("n1", "10.0.0.1:6388", "10.0.0.1:6390");
        var n2 = new Node("n2", "10.0.0.2:6388", "10.0.0.2:6390");
        var reports = new AtomicInteger();
        var goesOn = new CountDownLatch(1);
        handler = handler(Optional.empty(), Optional.of(file), (applier, lock) -> {
            var journal = new MemberJournal(
                    new DirectJournal(applier, lock, () -> 1, DirectClient::atOnce),
                    new Standing(Optional.of(n2), 7, true, List.of(n1, n2)));
            journal.beforeReport = () -> {
                reports.incrementAndGet();
                await(goesOn);
            };
            return journal;
        });
        var many = new ArrayList<DirectClient>();
        for (int i = 0; i < 600; i++) {
            var client = client();
            client.ask("cluster", "_", "status");
            many.add(client);
        }
        var operator = client();
        operator.ask("auth", "_", "s3cret");

        assertThat(operator.await("cluster", "_", "transfer")).isEqualTo("ok {\"done\":true,\"result\":\"whichever\"}");

        goesOn.countDown();
        for (var client : many) {
            Eventually.await("the status", Duration.ofSeconds(20), () -> !client.receiver.lines.isEmpty());
            assertThat(client.receiver.lines.getFirst()).startsWith("ok {\"term\":7");
        }
        assertThat(reports).as("one was begun when most asked").hasValueLessThanOrEqualTo(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoIsAloneIsNoCluster() {
        var client = client();

        assertThat(client.ask("cluster", "_", "status")).isEqualTo("error");
        assertThat(client.ask("cluster", "_", "transfer")).isEqualTo("error");

        assertThat(client.ask("cluster", "_", "")).isEqualTo("error");
        assertThat(client.ask("hello", "_", "test")).doesNotContain("cluster");
    }

    @Test
    void theRestGoesToTheEngine() {
        var client = client();
        var other = client();

        assertThat(client.ask("incr", "c", "5")).isEqualTo("ok 5");
        assertThat(client.ask("l", "jobs", "0")).startsWith("ok ");
        assertThat(handler.isInUse(client.caller)).isTrue();
        assertThat(other.ask("l", "jobs", "30")).isEmpty();
        assertThat(other.caller.isBlocked()).isTrue();
        handler.disconnected(client.caller);
        assertThat(other.receiver.lines).hasSize(1).first().asString().startsWith("ok ");
        assertThat(other.caller.isBlocked()).isFalse();
    }

    @Test
    void nobodyAsksBeforeTheTokenIsShown() {
        handler = handler(Optional.of("s3cret"));
        var good = client();
        var wrong = client();
        var hasty = client();

        assertThat(good.ask("auth", "_", "s3cret")).isEqualTo("ok");
        assertThat(good.ask("incr", "c", "1")).isEqualTo("ok 1");
        assertThat(wrong.ask("auth", "_", "guess")).isEqualTo("error_auth");
        assertThat(hasty.ask("incr", "c", "1")).isEqualTo("error_auth");
        assertThat(wrong.receiver.end).isEqualTo("after writing");
        assertThat(hasty.receiver.end).isEqualTo("after writing");
        assertThat(counters.authFailures()).isEqualTo(2);
    }

    @Test
    void whoIsLateIsToldAndEnded() {
        var client = client();
        handler.timedOut(client.caller);

        assertThat(client.receiver.lines).containsExactly("error");
        assertThat(client.receiver.end).isEqualTo("after writing");
    }

    @Test
    void whileDrainingAllIsRefused() {
        var client = client();
        var waiting = client();
        client.ask("l", "jobs", "0");
        waiting.ask("@7 l", "jobs", "30");
        assertThat(waiting.caller.tagsInFlight()).isEqualTo(1);

        handler.drain();

        assertThat(waiting.receiver.lines).containsExactly("@7 error_draining");
        assertThat(waiting.caller.tagsInFlight()).isZero();
        assertThat(client.ask("ping", "_", "")).isEqualTo("error_draining");
    }

    @Test
    void aValueWhoseLineWasNotTakenGoesBackToItsEnd() {
        var client = client();
        var other = client();
        client.ask("rpush", "q", "a");
        client.ask("rpush", "q", "b");
        client.ask("rpush", "q", "c");
        client.ask("lpop", "q", "");
        client.receiver.takesNothing = true;
        client.ask("lpop", "q", "");
        handler.disconnected(client.caller);

        assertThat(other.ask("lrange", "q", "0 -1")).isEqualTo("ok [\"b\",\"c\"]");
    }

    @Test
    void statsAreWrittenBesideAndHoldBackWhatIsUntagged() {
        var client = client();

        client.ask("stats", "_", "");

        Eventually.await("an answer", Duration.ofSeconds(20), () -> !client.receiver.lines.isEmpty());
        assertThat(client.receiver.lines.getFirst()).startsWith("ok {").contains("\"connections_evicted\":0");
        assertThat(client.caller.isBlocked()).isFalse();
    }

    @Test
    void nobodyIsToldOfALeaseThatIsLongerThanWhatWasAskedFor() {
        var client = client();
        client.ask("l", "k", "1 60");

        assertThat(client.ask("holders", "k", "")).contains("\"lease_left_s\":60.0");

        client.receiver.lines.clear();
        client.ask("stats", "_", "");
        Eventually.await("an answer", Duration.ofSeconds(20), () -> !client.receiver.lines.isEmpty());
        assertThat(client.receiver.lines.getFirst()).contains("\"lease_expires_in_s\":60.0,");
    }

    @Test
    void aNumberIsTakenOnceAndItsAnswerComesAgainUntilItIsAcknowledged() {
        var client = client();
        assertThat(client.ask("session", NAME, "60")).isEqualTo("ok new 60");
        assertThat(client.ask("@1 incr", "c", "1")).isEqualTo("@1 ok 1");
        assertThat(client.ask("@1 incr", "c", "1")).isEmpty();
        assertThat(client.ask("@x incr", "c", "1")).isEqualTo("@x error");
        assertThat(client.ask("@2 nonsense", "_", "")).isEqualTo("@2 error");
        handler.disconnected(client.caller);

        var next = client();
        assertThat(next.ask("session", NAME, "60 1")).isEqualTo("ok resumed 60 2");
        assertThat(next.receiver.expecting).isTrue();
        assertThat(handler.catchUp(next.caller)).isFalse();
        assertThat(next.receiver.lines).containsExactly("ok resumed 60 2", "@2 error");
        assertThat(next.ask("@2 nonsense", "_", "", "@3+2 incr", "c", "1")).isEqualTo("@3 ok 2");
    }

    @Test
    void answersThatACongestedConnectionDoesNotTakeStayInTheirOrder() {
        var client = client();
        client.ask("session", NAME, "60");
        client.receiver.congested = true;
        assertThat(client.ask("@1 incr", "c", "1", "@2 incr", "c", "1")).isEmpty();
        client.receiver.congested = false;
        assertThat(client.ask("@3 incr", "c", "1")).as("not before the older ones").isEmpty();

        assertThat(handler.catchUp(client.caller)).isFalse();

        assertThat(client.receiver.lines).containsExactly("ok new 60", "@1 ok 1", "@2 ok 2", "@3 ok 3");
        assertThat(client.ask("@4 incr", "c", "1")).isEqualTo("@4 ok 4");
    }

    @Test
    void whoeverLeavesANumberOutOrAcknowledgesTooMuchIsEnded() {
        var gap = client();
        gap.ask("session", NAME, "60");
        gap.ask("@2 incr", "c", "1");
        assertThat(gap.receiver.end).isEqualTo("left numbers of requests out");

        var greedy = client();
        greedy.ask("session", NAME + "2", "60");
        greedy.ask("ack", "_", "1");
        assertThat(greedy.receiver.end).isEqualTo("acknowledged answers that were not decided");
        assertThat(greedy.ask("get", "c", "")).isEmpty();
    }

    @Test
    void onlyASessionCanAcknowledgeBesideWhatWaits() {
        var client = client();
        var ack = new Request.Acknowledge(0);

        assertThat(handler.goesAtOnce(client.caller, ack)).as("its refusal is an answer in its turn").isFalse();
        client.ask("session", NAME, "60");
        assertThat(handler.goesAtOnce(client.caller, ack)).isTrue();
        assertThat(handler.goesAtOnce(client.caller, new Request.Ping())).isFalse();
    }

    @Test
    void theFormerConnectionOfASessionIsEndedAndItsWaitWithIt() {
        var former = client();
        former.ask("session", NAME, "60");
        former.ask("blpop", "q", "30");

        var latter = client();
        assertThat(latter.ask("session", NAME, "60")).isEqualTo("ok resumed 60 0");
        handler.disconnected(former.caller);
        latter.ask("rpush", "q", "v");

        assertThat(former.receiver.end).startsWith("superseded");
        assertThat(latter.ask("lrange", "q", "0 -1")).isEqualTo("ok [\"v\"]");
    }

    @Test
    void aGrantWhoseLineWasNotTakenGoesToTheNext() {
        var client = client();
        var other = client();
        client.receiver.takesNothing = true;
        client.ask("l", "jobs", "0");
        other.ask("l", "jobs", "30");

        handler.disconnected(client.caller);

        assertThat(other.receiver.lines).hasSize(1).first().asString().startsWith("ok ");
    }

    @Test
    void whereOneReceiverFailsTheOthersGoOn() {
        var watcher = client();
        watcher.ask("watch", "c", "");
        watcher.receiver.failing = true;
        var other = client();

        assertThat(other.ask("incr", "c", "1")).isEqualTo("ok 1");

        assertThat(watcher.receiver.end).isEqualTo("failed");
        assertThat(watcher.ask("get", "c", "")).isEmpty();
        assertThat(failures).isEmpty();
        assertThat(other.ask("incr", "c", "1")).isEqualTo("ok 2");
    }
}
