package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.WireClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions with a name: what outlives a connection, and what does not. */
class SessionTest {
    private static final String ID = "0123456789abcdef-client-a";

    private DflockdServer server;
    private WireClient observer;

    @BeforeEach
    void start() {
        server = DflockdServer.start(ServerConfig.builder().set(Setting.PORT, "0").build());
        observer = WireClient.connect(server.address());
    }

    @AfterEach
    void stop() {
        observer.close();
        server.close();
    }

    private WireClient open(String id, String grace, String answer) {
        var client = WireClient.connect(server.address());
        assertThat(client.ask("session", id, grace)).isEqualTo(answer);
        return client;
    }

    private void awaitStats(String expected) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!observer.ask("stats", "", "").contains(expected)) {
            assertThat(System.nanoTime()).as("deadline for " + expected).isLessThan(deadline);
        }
    }

    private void awaitDisconnect() {
        awaitStats("\"connections\":1,");
    }

    @Test
    void aHoldSurvivesABrokenConnection() {
        var first = open(ID, "60", "ok new");
        var token = first.ask("@1 l", "jobs", "0").split(" ", -1)[2];
        first.reset();
        awaitDisconnect();
        assertThat(observer.ask("l", "jobs", "0")).isEqualTo("timeout");

        try (var second = open(ID, "60", "ok resumed")) {
            assertThat(second.ask("@2 r", "jobs", token)).isEqualTo("@2 ok");
            assertThat(observer.ask("l", "jobs", "0")).startsWith("ok ");
        }
    }

    @Test
    void aSessionWhoseGraceRanOutIsGoneLikeAClosedConnection() {
        var first = open(ID, "1", "ok new");
        first.ask("@1 l", "jobs", "0");
        first.reset();

        assertThat(observer.ask("l", "jobs", "10")).startsWith("ok ");
        open(ID, "1", "ok new").close();
    }

    @Test
    void aWaitingRequestThatIsSentAgainKeepsItsPlace() {
        var token = observer.askToken("l", "jobs", "0");
        var first = open(ID, "60", "ok new");
        first.send("@1 l", "jobs", "30");
        awaitStats("\"waiters\":1");
        try (var other = WireClient.connect(server.address())) {
            other.send("l", "jobs", "30");
            awaitStats("\"waiters\":2");
            first.reset();
            awaitStats("\"connections\":2,");
            try (var second = open(ID, "60", "ok resumed")) {
                second.send("@1 l", "jobs", "30");
                observer.ask("r", "jobs", token);
                var grant = second.line();
                assertThat(grant).startsWith("@1 ok ");
                second.ask("@2 r", "jobs", grant.split(" ", -1)[2]);
                assertThat(other.line()).startsWith("ok ");
            }
        }
    }

    @Test
    void anAnswerThatWasDecidedMeanwhileIsGivenAgainAndNothingRunsTwice() {
        var first = open(ID, "60", "ok new");
        first.send("@1 incr", "c", "1").send("@2 blpop", "q", "30");
        assertThat(first.line()).isEqualTo("@1 ok 1");
        first.reset();
        awaitDisconnect();
        assertThat(observer.ask("rpush", "q", "v")).isEqualTo("ok 0");

        try (var second = open(ID, "60", "ok resumed")) {
            assertThat(second.ask("@1 incr", "c", "1")).as("sent again").isEqualTo("@1 ok 1");
            assertThat(second.ask("@2 blpop", "q", "30")).as("sent again").isEqualTo("@2 ok v");
            assertThat(second.ask("@3 incr", "c", "1")).as("a new one").isEqualTo("@3 ok 2");
            assertThat(second.ask("@1 incr", "c", "5")).as("not the same request").isEqualTo("@1 ok 7");
        }
    }

    @Test
    void aRequestThatIsDecidedBeforeItIsSentAgainIsNotExecutedTwice() {
        var first = open(ID, "60", "ok new");
        first.send("@1 blpop", "q", "30");
        awaitStats("\"pop_waiters\":1");
        first.reset();
        awaitDisconnect();

        try (var second = open(ID, "60", "ok resumed")) {
            assertThat(observer.ask("rpush", "q", "v")).isEqualTo("ok 0");
            assertThat(second.line()).isEqualTo("@1 ok v");
            assertThat(observer.ask("rpush", "q", "w")).isEqualTo("ok 1");
            assertThat(second.send("@1 blpop", "q", "30").ask("@2 llen", "q", "")).isEqualTo("@2 ok 1");
        }
    }

    @Test
    void anAnswerIsStillKnownAfterASecondBreak() {
        var first = open(ID, "60", "ok new");
        first.ask("@1 incr", "c", "1");
        first.reset();
        awaitDisconnect();
        open(ID, "60", "ok resumed").reset();
        awaitDisconnect();

        try (var third = open(ID, "60", "ok resumed")) {
            assertThat(third.ask("@1 incr", "c", "1")).isEqualTo("@1 ok 1");
        }
    }

    @Test
    void aTagThatWaitsCannotBeUsedForAnotherRequest() {
        var token = observer.askToken("l", "jobs", "0");
        var first = open(ID, "60", "ok new");
        first.send("@1 l", "jobs", "30");
        awaitStats("\"waiters\":1");
        first.reset();
        awaitDisconnect();

        try (var second = open(ID, "60", "ok resumed")) {
            assertThat(second.ask("@1 l", "other", "30")).isEqualTo("@1 error");
            observer.ask("r", "jobs", token);
            assertThat(second.line()).startsWith("@1 ok ");
        }
    }

    @Test
    void aValueThatAnAbandonedSessionNeverGotGoesBack() {
        var first = open(ID, "1", "ok new");
        first.send("@1 blpop", "q", "30");
        awaitStats("\"pop_waiters\":1");
        first.reset();
        awaitDisconnect();
        assertThat(observer.ask("rpush", "q", "v")).isEqualTo("ok 0");

        assertThat(observer.ask("blpop", "q", "10")).isEqualTo("ok v");
    }

    @Test
    void anUntaggedWaitEndsWithItsConnection() {
        var token = observer.askToken("l", "jobs", "0");
        var first = open(ID, "60", "ok new");
        first.send("l", "jobs", "30");
        awaitStats("\"waiters\":1");
        first.reset();

        awaitStats("\"waiters\":0");
        observer.ask("r", "jobs", token);
        try (var second = open(ID, "60", "ok resumed")) {
            assertThat(second.ask("l", "jobs", "0")).startsWith("ok ");
        }
    }

    @Test
    void aWaitThatIsCancelledLeavesItsQueueAndIsAnswered() {
        var token = observer.askToken("l", "jobs", "0");
        try (var client = WireClient.connect(server.address())) {
            client.send("@1 l", "jobs", "30");
            awaitStats("\"waiters\":1");

            client.send("@2 cancel", "_", "1");

            assertThat(client.line()).isEqualTo("@1 timeout");
            assertThat(client.line()).isEqualTo("@2 ok");
            awaitStats("\"waiters\":0");
            assertThat(client.ask("@3 cancel", "_", "1")).as("nothing to cancel").isEqualTo("@3 ok");
            assertThat(client.ask("@3 cancel", "_", "no tag")).isEqualTo("@3 error");
            observer.ask("r", "jobs", token);
            assertThat(observer.ask("l", "jobs", "0")).startsWith("ok ");
        }
    }

    @Test
    void missedEventsAreAnnounced() {
        var first = open(ID, "60", "ok new");
        first.ask("@1 listen", "news", "");
        first.reset();
        awaitDisconnect();
        observer.ask("signal", "news", "one");
        observer.ask("signal", "news", "two");

        try (var second = open(ID, "60", "ok resumed")) {
            assertThat(second.line()).isEqualTo("missed events 2");
            observer.ask("signal", "news", "three");
            assertThat(second.line()).isEqualTo("sig news three");
        }
    }

    @Test
    void aSecondConnectionTakesTheSessionFromTheFirst() {
        try (var first = open(ID, "60", "ok new")) {
            first.ask("@1 l", "jobs", "0");
            try (var second = open(ID, "60", "ok resumed")) {
                assertThat(first.line()).isEqualTo(WireClient.END);
                assertThat(observer.ask("l", "jobs", "0")).isEqualTo("timeout");
                assertThat(second.ask("session", ID, "30")).isEqualTo("ok resumed");
            }
        }
    }

    @Test
    void byeEndsTheSessionAtOnceAndTheConnectionGoesOn() {
        try (var client = open(ID, "60", "ok new")) {
            client.ask("@1 l", "jobs", "0");

            assertThat(client.ask("bye", "_", "")).isEqualTo("ok");
            assertThat(observer.ask("l", "jobs", "0")).startsWith("ok ");
            assertThat(client.ask("ping", "_", "")).isEqualTo("ok");
            open(ID, "60", "ok new").close();
        }
    }

    @Test
    void aConnectionThatOwnsSomethingCannotBecomeAnotherSession() {
        try (var client = WireClient.connect(server.address())) {
            client.ask("l", "jobs", "0");

            assertThat(client.ask("session", ID, "60")).isEqualTo("error");
            assertThat(client.ask("session", "short", "60")).isEqualTo("error");
            assertThat(client.ask("session", ID, "601")).isEqualTo("error");
            assertThat(client.ask("session", ID, "0")).isEqualTo("error");
        }
    }

    @Test
    void sessionsAreBoundedAndCanBeSwitchedOff() {
        var few = ServerConfig.builder().set(Setting.PORT, "0").set(Setting.MAX_SESSIONS, "1").build();
        var none = ServerConfig.builder().set(Setting.PORT, "0").set(Setting.MAX_SESSION_GRACE, "0").build();
        try (var one = DflockdServer.start(few);
                var a = WireClient.connect(one.address());
                var b = WireClient.connect(one.address())) {
            assertThat(a.ask("session", ID, "60")).isEqualTo("ok new");
            assertThat(b.ask("session", ID + "b", "60")).isEqualTo("error");
        }
        try (var off = DflockdServer.start(none); var a = WireClient.connect(off.address())) {
            assertThat(a.ask("session", ID, "60")).isEqualTo("error");
            assertThat(a.ask("hello", "_", "test")).doesNotContain("sessions");
        }
    }
}
