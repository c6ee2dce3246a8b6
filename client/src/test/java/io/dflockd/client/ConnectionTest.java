package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.connection.Grant;
import io.dflockd.client.connection.Renewal;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ErrorCode;
import io.dflockd.client.internal.link.Route;
import io.dflockd.client.internal.session.Dialer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

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
    void grantCarriesTokenLeaseAndFence() {
        var grant = connection.locks().acquireAsync("jobs", TEN_SECONDS, Duration.ofSeconds(60));

        peer.expect("l", "jobs", "10 60").send("ok T1 60 42");

        assertThat(grant.join()).isEqualTo(new Grant("T1", Duration.ofSeconds(60), 42));
    }

    @Test
    void requestsArePipelinedAndAnsweredInOrder() {
        var first = connection.counters().getAsync("a");
        var second = connection.counters().getAsync("b");

        peer.expect("get", "a", "").expect("get", "b", "");
        peer.send("ok 1").send("ok 2");

        assertThat(first.join()).isEqualTo(1);
        assertThat(second.join()).isEqualTo(2);
    }

    @Test
    void pushesAreToldFromAnswers() {
        var answer = connection.counters().getAsync("a");

        peer.expect("get", "a", "").send("sig news ok 7").send("watch kset a").send("leader elected e").send("ok 1");

        assertThat(answer.join()).isEqualTo(1);
    }

    @Test
    void timeoutAnswerIsAnAcquireTimeoutThatNamesKeyAndServer() {
        var grant = connection.locks().acquireAsync("jobs", TEN_SECONDS, null);

        peer.expect("l", "jobs", "10").send("timeout");

        assertThatThrownBy(grant::join).cause()
                .isInstanceOf(AcquireTimeoutException.class)
                .hasMessageContaining("jobs")
                .hasMessageContaining("10 s")
                .hasMessageContaining(server.address());
    }

    @Test
    void everyErrorWordHasItsException() {
        assertError("error_max_locks", ErrorCode.MAX_LOCKS);
        assertError("error_max_waiters", ErrorCode.MAX_WAITERS);
        assertError("error_max_keys", ErrorCode.MAX_KEYS);
        assertError("error_limit_mismatch", ErrorCode.LIMIT_MISMATCH);
        assertError("error_type_mismatch", ErrorCode.TYPE_MISMATCH);
        assertError("error_not_enqueued", ErrorCode.NOT_QUEUED);
        assertError("error_already_enqueued", ErrorCode.ALREADY_QUEUED);
        assertError("error_lease_expired", ErrorCode.LEASE_EXPIRED);
        assertError("error_list_full", ErrorCode.LIST_FULL);
        assertError("error_barrier_count_mismatch", ErrorCode.BARRIER_COUNT_MISMATCH);
        assertError("error_draining", ErrorCode.DRAINING);
        assertError("error_denied", ErrorCode.DENIED);
        assertError("error_too_large", ErrorCode.TOO_LARGE);
        assertError("error_auth", ErrorCode.AUTH);
        assertError("error", ErrorCode.SERVER);
        assertError("error_of_tomorrow", ErrorCode.SERVER);
        assertError("nonsense", ErrorCode.PROTOCOL);
    }

    @Test
    void endOfStreamFailsAllThatWait() {
        var first = connection.counters().getAsync("a");
        var second = connection.counters().getAsync("b");
        peer.expect("get", "a", "").expect("get", "b", "");

        peer.close();

        assertCode(first, ErrorCode.CONNECTION_LOST);
        assertCode(second, ErrorCode.CONNECTION_LOST);
        assertCode(connection.counters().getAsync("c"), ErrorCode.CONNECTION_LOST);
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void errorThatNobodyAskedForIsAFarewell() {
        peer.send("error");
        peer.close();

        assertThat(connection.closed().join()).isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("after 'error'");
    }

    @Test
    void errorAfterALongSilenceThatIsFollowedByTheEndIsNoAnswer() throws Exception {
        var time = new ManualTime();
        var renewal = silentThenRenewing(time);

        peer.send("error");
        peer.close();

        assertCode(renewal, ErrorCode.CONNECTION_LOST);
    }

    @Test
    void errorAfterALongSilenceIsAnAnswerWhenTheConnectionGoesOn() throws Exception {
        var time = new ManualTime();
        var renewal = silentThenRenewing(time);

        peer.send("error").send("sig a 1");

        assertCode(renewal, ErrorCode.SERVER);
    }

    private CompletableFuture<Renewal> silentThenRenewing(ManualTime time) {
        connection.close();
        var dialling = new Dialer(Route.to(ServerAddress.parse(server.address())), ConnectionOptions.defaults(), time)
                .open();
        peer = server.accept();
        connection = new Connection(dialling.join());
        time.advance(Duration.ofSeconds(20));
        var renewal = connection.locks().renewAsync("jobs", "T1", null);
        peer.expect("n", "jobs", "T1");
        return renewal;
    }

    @Test
    void answerPastTheLimitFailsItsCallOnly() throws Exception {
        connection.close();
        connection = Connection.dial(server.address(),
                ConnectionOptions.builder().maxResponseBytes(1024).build());
        peer = server.accept();
        var tooLong = connection.values().getAsync("a");
        var next = connection.values().getAsync("b");

        peer.send("ok " + "x".repeat(20_000)).send("ok y");

        assertCode(tooLong, ErrorCode.TOO_LARGE);
        assertThat(next.join()).contains("y");
    }

    @Test
    void overdueAnswerClosesTheConnection() throws Exception {
        connection.close();
        connection = Connection.dial(server.address(),
                ConnectionOptions.builder().responseTimeout(Duration.ofMillis(100)).build());
        peer = server.accept();

        assertThatThrownBy(() -> connection.counters().get("a")).isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("overdue");
        peer.expect("get", "a", "");
        peer.expectEnd();
    }

    @Test
    void peerThatTakesNoBytesLosesTheConnection() throws Exception {
        connection.close();
        connection = Connection.dial(server.address(),
                ConnectionOptions.builder().writeTimeout(Duration.ofMillis(200)).build());
        peer = server.accept();

        var last = connection.values().setAsync("k", "x".repeat(60_000), null);
        for (int i = 0; i < 500; i++) {
            last = connection.values().setAsync("k", "x".repeat(60_000), null);
        }

        assertCode(last, ErrorCode.CONNECTION_LOST);
        assertThat(connection.closeReason()).hasMessageContaining("takes no bytes");
    }

    @Test
    void requestsPastTheBoundAreRefused() throws Exception {
        connection.close();
        connection = Connection.dial(server.address(), ConnectionOptions.builder().maxPendingRequests(1).build());
        peer = server.accept();

        var first = connection.counters().getAsync("a");

        assertCode(connection.counters().getAsync("b"), ErrorCode.TOO_MANY_REQUESTS);
        peer.expect("get", "a", "").send("ok 1");
        assertThat(first.join()).isEqualTo(1);
    }

    @Test
    void interruptedAcquireClosesTheConnection() throws Exception {
        var interrupted = new AtomicBoolean();
        var caller = new Thread(() -> {
            try {
                connection.locks().acquire("jobs", TEN_SECONDS);
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        caller.start();
        peer.expect("l", "jobs", "10");

        caller.interrupt();

        peer.expectEnd();
        caller.join();
        assertThat(interrupted).isTrue();
    }

    @Test
    void cancelledAcquireClosesTheConnection() {
        var grant = connection.locks().acquireAsync("jobs", TEN_SECONDS, null);
        peer.expect("l", "jobs", "10");

        grant.cancel(false);

        peer.expectEnd();
        assertThatThrownBy(grant::join).isInstanceOf(CancellationException.class);
    }

    @Test
    void slowCallbackDoesNotHoldBackTheReader() throws Exception {
        var first = connection.counters().getAsync("a");
        var release = new CompletableFuture<Void>();
        var blocked = first.thenAccept(value -> release.join());
        var second = connection.counters().getAsync("b");

        peer.send("ok 1").send("ok 2");

        assertThat(second.join()).isEqualTo(2);
        assertThat(blocked).isNotDone();
        release.complete(null);
        blocked.join();
    }

    @Test
    void textGoesOutAndComesBackAsUtf8() {
        var set = connection.values().setAsync("schlüssel", "größe", Duration.ofSeconds(2));
        peer.expect("kset", "schlüssel", "größe\t2").send("ok");
        set.join();

        var get = connection.values().getAsync("schlüssel");
        peer.expect("kget", "schlüssel", "").send("ok größe mit rand ");

        assertThat(get.join()).contains("größe mit rand ");
    }

    @Test
    void absentThingsAreEmpty() {
        var value = connection.values().getAsync("k");
        var popped = connection.lists().popLeftAsync("k", TEN_SECONDS);
        var swapped = connection.values().compareAndSetAsync("k", null, "v", null);
        var tripped = connection.barriers().awaitAsync("k", 3, TEN_SECONDS);

        peer.expect("kget", "k", "")
                .expect("blpop", "k", "10")
                .expect("kcas", "k", "\tv\t0")
                .expect("bwait", "k",
                        "3 10");
        peer.send("nil").send("nil").send("cas_conflict").send("timeout");

        assertThat(value.join()).isEmpty();
        assertThat(popped.join()).isEmpty();
        assertThat(swapped.join()).isFalse();
        assertThat(tripped.join()).isFalse();
    }

    @Test
    void rangeReadsEveryEscapeOfJson() {
        var range = connection.lists().rangeAsync("k", 0, -1);

        peer.expect("lrange", "k", "0 -1").send("ok [\"z z\",\"\\u003cb\\u003e\",\"q\\\"\\\\\\/\\n\\t\",\"ü\",\"\"]");

        assertThat(range.join()).containsExactly("z z", "<b>", "q\"\\/\n\t", "ü", "");
    }

    @Test
    void enqueueAnswersAGrantOrAPlace() {
        var granted = connection.semaphores().enqueueAsync("pool", 5, Duration.ofSeconds(30));
        var queued = connection.readLocks().enqueueAsync("doc", null);
        var turn = connection.writeLocks().awaitAsync("doc", TEN_SECONDS);

        peer.expect("se", "pool", "5 30").expect("re", "doc", "").expect("ww", "doc", "10");
        peer.send("acquired T1 30 7").send("queued").send("ok T2 33");

        assertThat(granted.join()).contains(new Grant("T1", Duration.ofSeconds(30), 7));
        assertThat(queued.join()).isEmpty();
        assertThat(turn.join()).isEqualTo(new Grant("T2", Duration.ofSeconds(33), 0));
    }

    @Test
    void argumentsThatCanNeverWorkAreRefusedUnsent() {
        assertThatThrownBy(() -> connection.locks().acquireAsync("a b", TEN_SECONDS, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key 'a b'");
        assertThatThrownBy(() -> connection.locks().acquireAsync("ü".repeat(129), TEN_SECONDS, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("258 bytes");
        assertThatThrownBy(() -> connection.locks().acquireAsync("a", Duration.ofSeconds(-1), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wait");
        assertThatThrownBy(() -> connection.locks().acquireAsync("a", Duration.ofSeconds(9_223_372_037L), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("9223372036");
        assertThatThrownBy(() -> connection.locks().releaseAsync("a", "T 1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("T 1");
        assertThatThrownBy(() -> connection.values().setAsync("a", "x\ty", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value");
        assertThatThrownBy(() -> connection.values().setAsync("a", "x", Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time to live");
        assertThatThrownBy(() -> connection.signals().emitAsync("a.*", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("channel");
        assertThatThrownBy(() -> connection.semaphores().acquireAsync("a", 0, TEN_SECONDS, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limit");
    }

    @Test
    void dialAuthenticatesBeforeAnythingElse() {
        var dialling = Connection.dialAsync(server.address(), ConnectionOptions.builder().authToken("s3cret").build());
        var second = server.accept().expect("auth", "_", "s3cret");
        assertThat(dialling).isNotDone();

        second.send("ok");

        assertThat(dialling.join().isClosed()).isFalse();
    }

    @Test
    void refusedTokenAndNeedlessTokenAreToldApart() {
        var refused = FakeServer.run(() -> connection.authenticate("x"));
        peer.expect("auth", "_", "x").send("error_auth");
        assertThatThrownBy(refused::join).cause()
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("does not accept");

        var needless = FakeServer.run(() -> connection.authenticate("x"));
        peer.expect("auth", "_", "x").send("error");
        assertThatThrownBy(needless::join).cause()
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("takes no token");
    }

    @Test
    void refusedConnectionSaysSo() {
        server.stopListening();

        assertThatThrownBy(() -> Connection.dial(server.address())).isInstanceOf(ConnectionFailedException.class)
                .hasMessageContaining(server.address());
    }

    private void assertError(String word, ErrorCode code) {
        var grant = connection.locks().acquireAsync("k", Duration.ZERO, null);
        peer.expect("l", "k", "0").send(word);
        assertCode(grant, code);
    }

    private static void assertCode(CompletableFuture<?> future, ErrorCode code) {
        assertThatThrownBy(future::join).cause()
                .isInstanceOfSatisfying(DflockdException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
