package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.Grant;
import io.dflockd.client.connection.Renewal;
import io.dflockd.client.connection.Wish;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ErrorCode;
import io.dflockd.client.event.LeaderConn;
import io.dflockd.client.event.LossEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a plain connection says to a server that has announced more than the first commands. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionWordsTest {
    private static final Duration QUARTER = Duration.ofMillis(250);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String HELLO = "ok dflockd/1 ping,lost,ms window=131072";

    private FakeServer server;
    private Connection connection;
    private FakeServer.Peer peer;

    @BeforeEach
    void connect() throws Exception {
        server = new FakeServer();
        connection = Connection.dial(server.address());
        peer = server.accept();
    }

    @AfterEach
    void close() {
        connection.close();
        server.close();
    }

    @Test
    void keptHoldIsToldItsLeaseAndFence() {
        var kept = connection.holds().keepAsync("jobs", "T1", MINUTE);

        peer.expect("keep", "jobs", "T1 60").send("ok 60 42");

        assertThat(kept.join()).isEqualTo(new Renewal(MINUTE, 42));
    }

    @Test
    void keepingNeedsALease() {
        assertThatThrownBy(() -> connection.holds().keepAsync("jobs", "T1", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lease TTL is PT0S");
    }

    @Test
    void downgradedHoldIsAGrantUnderTheSameToken() {
        var byDefault = connection.holds().downgradeAsync("doc", "T1", null);
        var asAsked = connection.holds().downgradeAsync("doc", "T1", MINUTE);

        peer.expect("downgrade", "doc", "T1").expect("downgrade", "doc", "T1 60");
        peer.send("ok T1 33 7").send("ok T1 60 7");

        assertThat(byDefault.join()).isEqualTo(new Grant("T1", Duration.ofSeconds(33), 7));
        assertThat(asAsked.join()).isEqualTo(new Grant("T1", MINUTE, 7));
    }

    @Test
    void holdersAreTheTextOfTheServer() {
        var all = connection.holds().holdersAsync("jobs");
        var some = connection.holds().holdersAsync("jobs", 2);
        var many = connection.holds().holdersAsync("jobs");

        peer.expect("holders", "jobs", "").expect("holders", "jobs", "2").expect("holders", "jobs", "");
        peer.send("ok {\"key\":\"jobs\",\"client\":\"größe\"}").send("ok {}").send("error_too_large");

        assertThat(all.join()).isEqualTo("{\"key\":\"jobs\",\"client\":\"größe\"}");
        assertThat(some.join()).isEqualTo("{}");
        assertCode(many, ErrorCode.TOO_LARGE);
        assertThatThrownBy(() -> connection.holds().holdersAsync("jobs", 0)).hasMessageContaining("limit is 0");
    }

    @Test
    void revokingNamesTheFence() {
        var done = connection.holds().revokeAsync("jobs", 42);
        var gone = connection.holds().revokeAsync("jobs", 43);
        var denied = connection.holds().revokeAsync("jobs", 44);

        peer.expect("revoke", "jobs", "42").expect("revoke", "jobs", "43").expect("revoke", "jobs", "44");
        peer.send("ok").send("error").send("error_denied");

        done.join();
        assertCode(gone, ErrorCode.SERVER);
        assertCode(denied, ErrorCode.DENIED);
        assertThatThrownBy(denied::join).hasMessageContaining("jobs").hasMessageContaining("token of administrators");
    }

    @Test
    void fenceOfNoGrantIsRefusedUnsent() {
        assertThatThrownBy(() -> connection.holds().revokeAsync("jobs", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fence is 0");
    }

    @Test
    void blockingCallsSayTheSame() throws Exception {
        var calls = FakeServer.async(() -> connection.holds().keep("k", "T1", MINUTE).fence()
                + connection.holds().downgrade("k", "T1").fence() + connection.holds().holders("k").length()
                + connection.holds().holders("k", 1).length());
        peer.expect("keep", "k", "T1 60").send("ok 60 1");
        peer.expect("downgrade", "k", "T1").send("ok T1 33 2");
        peer.expect("holders", "k", "").send("ok {}");
        peer.expect("holders", "k", "1").send("ok {}");
        assertThat(calls.join()).isEqualTo(7);

        var revoked = FakeServer.run(() -> connection.holds().revoke("k", 1));
        peer.expect("revoke", "k", "1").send("ok");
        revoked.join();
    }

    @Test
    void durationsGoOutInMillisecondsToAServerThatHasAnnouncedThem() {
        greet(HELLO);

        var grant = connection.locks().acquireAsync("a", QUARTER, Duration.ofSeconds(2));
        peer.expect("l", "a", "250ms 2").send("ok T1 2000ms 1");
        assertThat(grant.join()).isEqualTo(new Grant("T1", Duration.ofSeconds(2), 1));
        var renewal = connection.semaphores().renewAsync("a", "T1", Duration.ofMillis(1500));
        peer.expect("sn", "a", "T1 1500ms").send("ok 1500ms 1");
        assertThat(renewal.join()).isEqualTo(new Renewal(Duration.ofMillis(1500), 1));
        var queued = connection.writeLocks().enqueueAsync("b", Duration.ofMillis(1500));
        peer.expect("we", "b", "1500ms").send("queued");
        assertThat(queued.join()).isEmpty();
        var turn = connection.writeLocks().awaitAsync("b", QUARTER);
        peer.expect("ww", "b", "250ms").send("timeout");
        assertThatThrownBy(turn::join).hasMessageContaining("250 ms");
        var set = connection.values().setAsync("c", "v", QUARTER);
        peer.expect("kset", "c", "v\t250ms").send("ok");
        set.join();
        var popped = connection.lists().popLeftAsync("d", Duration.ofNanos(1));
        peer.expect("blpop", "d", "1ms").send("nil");
        assertThat(popped.join()).isEmpty();
        var tripped = connection.barriers().awaitAsync("e", 2, QUARTER);
        peer.expect("bwait", "e", "2 250ms").send("ok");
        assertThat(tripped.join()).isTrue();
        var kept = connection.holds().keepAsync("a", "T1", QUARTER);
        peer.expect("keep", "a", "T1 250ms").send("ok 250ms 1");
        assertThat(kept.join().remaining()).isEqualTo(QUARTER);
    }

    @Test
    void wholeSecondsStayWholeSeconds() {
        greet(HELLO);

        var grant = connection.locks().acquireAsync("a", Duration.ofSeconds(2), MINUTE);

        peer.expect("l", "a", "2 60").send("ok T1 60 1");
        assertThat(grant.join().lease()).isEqualTo(MINUTE);
    }

    @Test
    void durationThatTheServerDidNotAnnounceToUnderstandIsRefusedUnsent() {
        assertThatThrownBy(() -> connection.locks().acquireAsync("a", QUARTER, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wait is PT0.25S")
                .hasMessageContaining("whole seconds")
                .hasMessageContaining("not asked by hello");

        greet("ok dflockd/1 ping,tags window=131072");

        assertThatThrownBy(() -> connection.values().setAsync("a", "v", QUARTER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time to live is PT0.25S")
                .hasMessageContaining("whole seconds")
                .hasMessageContaining(server.address())
                .hasMessageContaining("did not announce 'ms'");
    }

    @Test
    void serverThatKnowsNoGreetingTakesWholeSeconds() {
        var hello = connection.helloAsync("worker");
        peer.expect("hello", "_", "worker").send("error");
        assertCode(hello, ErrorCode.SERVER);

        assertThatThrownBy(() -> connection.locks().acquireAsync("a", QUARTER, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void leaderConnOfAGreetedConnectionMayBeExactToo() {
        greet(HELLO);
        try (var leader = new LeaderConn(connection)) {
            var grant = FakeServer.async(() -> leader.elect("e", QUARTER));

            peer.expect("elect", "e", "250ms").send("ok T1 33000ms 1");

            assertThat(grant.join().lease()).isEqualTo(Duration.ofSeconds(33));
        }
    }

    @Test
    void valueBesideALongTimeToLiveStaysWithinItsLine() {
        greet(HELLO);
        var longest = Duration.ofSeconds(9_223_372_035L, 999_000_000);
        var room = "x".repeat(65_536 - "\t9223372035999ms".length());

        var set = connection.values().setAsync("k", room, longest);

        peer.expect("kset", "k", room + "\t9223372035999ms").send("ok");
        set.join();
        assertThatThrownBy(() -> connection.values().setAsync("k", room + "x", longest))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wishedLossesComeAsEvents() throws Exception {
        var hello = connection.helloAsync("worker", Wish.LOST);
        peer.expect("hello", "lost", "worker").send(HELLO);
        assertThat(hello.join()).isEqualTo("dflockd/1 ping,lost,ms window=131072");
        var value = connection.counters().getAsync("a");

        peer.expect("get", "a", "").send("lost größe 42 revoked").send("ok 1").send("lost jobs 43 expired");

        assertThat(value.join()).isEqualTo(1);
        assertThat(connection.losses().next()).contains(new LossEvent.HoldLost("größe", 42, "revoked"));
        assertThat(connection.losses().next()).contains(new LossEvent.HoldLost("jobs", 43, "expired"));
    }

    @Test
    void lossesThatNobodyTakesAreBoundedAndCounted() {
        var answer = connection.counters().getAsync("a");
        peer.expect("get", "a", "");

        LongStream.rangeClosed(1, 1030).forEach(fence -> peer.send("lost k " + fence + " expired"));
        peer.send("ok 1");

        answer.join();
        assertThat(connection.losses().dropped()).isEqualTo(6);
    }

    @Test
    void lossesEndWithTheConnection() throws Exception {
        peer.close();

        assertThat(connection.losses().next()).isEmpty();
        assertThat(connection.losses().endReason()).containsInstanceOf(ConnectionLostException.class);
    }

    @Test
    void lossesOfAConnectionThatIsClosedHereEndWithoutAReason() throws Exception {
        connection.close();

        assertThat(connection.losses().next()).isEmpty();
        assertThat(connection.losses().endReason()).isEmpty();
    }

    private void greet(String answer) {
        var hello = connection.helloAsync("worker");
        peer.expect("hello", "_", "worker").send(answer);
        hello.join();
    }

    private static void assertCode(CompletableFuture<?> future, ErrorCode code) {
        assertThatThrownBy(future::join).cause()
                .isInstanceOfSatisfying(DflockdException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
