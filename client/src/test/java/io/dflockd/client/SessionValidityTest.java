package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.error.LossReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * For how long what hangs on a session is valid, in time that the test moves. The grace is 10 s, so a hold is valid for
 * 8.995 s from the last proof of life: less a tenth for safety and a two-thousandth for the clocks.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionValidityTest {
    private static final Duration FROM_PROOF = Duration.ofMillis(8_995);
    /** A connection that lasted for less than 5 s is followed by another after this pause at most, others at once. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final ManualTime time = new ManualTime();
    private final FakeServer server = new FakeServer();
    private final List<LossReason> losses = new CopyOnWriteArrayList<>();
    private final DflockdClient client = DflockdClient.builder()
            .server(server.address())
            .time(time)
            .leaseTtl(Duration.ofSeconds(60))
            .onLost((lease, reason) -> losses.add(reason))
            .build();
    private TaggedPeer session;

    @AfterEach
    void close() {
        server.close();
        time.closing(client::close);
    }

    @Test
    void graceDecidesWhereItIsShorterThanTheLease() {
        var lease = acquire("");

        assertThat(lease.remaining()).isEqualTo(FROM_PROOF);
    }

    @Test
    void lossIsToldBeforeTheGraceIsOverWhileThereIsNoConnection() {
        var lease = acquire("");
        cutOff();

        time.advance(FROM_PROOF.minusMillis(1));
        assertThat(lease.isValid()).isTrue();
        assertThat(losses).isEmpty();
        time.advance(Duration.ofMillis(1));

        eventually(() -> losses.equals(List.of(LossReason.CONNECTION_LOST)));
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.lost().join()).isEqualTo(LossReason.CONNECTION_LOST);
    }

    @Test
    void leaderIsInterruptedBeforeTheGraceIsOver() throws Exception {
        var leads = new CountDownLatch(1);
        var interrupted = new CompletableFuture<Boolean>();
        var candidacy = client.election("e").run(leadership -> {
            leads.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(leadership.isValid());
                throw e;
            }
        });
        session = TaggedPeer.accept(server);
        session.send(session.expect("elect", "e", "86400 60") + " ok T1 60 7");
        leads.await();
        cutOff();

        time.advance(FROM_PROOF);

        assertThat(interrupted.join()).isFalse();
        var unused = FakeServer.run(candidacy::close);
    }

    @Test
    void serverIsAskedForASignOfLifeOnceAThirdOfTheGrace() {
        var lease = acquire("");
        var other = client.lock("other").tryAcquireAsync(Duration.ZERO);
        session.send(session.expect("l", "other", "0 60") + " ok T2 60 8");
        other.join();

        for (int i = 0; i < 3; i++) {
            time.advance(Duration.ofMillis(3_334));
            var tag = session.expect("ping", "_", "");
            session.send(tag + " ok");
            eventually(() -> lease.remaining().compareTo(FROM_PROOF.minusMillis(5)) > 0);
        }
        assertThat(losses).isEmpty();
    }

    @Test
    void nothingIsAskedWhileNothingIsHeld() {
        var lease = acquire("");
        var released = lease.releaseAsync();
        session.send(session.expect("r", "jobs", "T1") + " ok");
        released.join();

        time.advance(Duration.ofSeconds(10));
        var counting = client.counters().incrementAsync("c", 1);

        session.send(session.expect("incr", "c", "1") + " ok 1");
        assertThat(counting.join()).isEqualTo(1);
    }

    @Test
    void connectionThatOwesASignOfLifeForAQuarterOfTheGraceIsGivenUp() {
        var lease = acquire("");
        time.advance(Duration.ofMillis(3_334));
        session.expect("ping", "_", "");

        time.advance(Duration.ofMillis(2_499));
        assertThat(client.metrics().connections().open()).isEqualTo(1);
        time.advance(Duration.ofMillis(1));

        session.expectEnd();
        TaggedPeer.resume(server, session, 1);
        eventually(() -> lease.remaining().compareTo(FROM_PROOF.minusMillis(100)) > 0);
        assertThat(losses).isEmpty();
    }

    @Test
    void connectionThatOwesTheEndOfAWaitIsGivenUpAlsoWhileNothingIsHeld() {
        var popping = client.lists().popLeftAsync("q", Duration.ofSeconds(2));
        session = TaggedPeer.accept(server);
        session.expect("blpop", "q", "2");

        time.advance(Duration.ofMillis(4_499));
        assertThat(client.metrics().connections().open()).isEqualTo(1);
        time.advance(Duration.ofMillis(1));

        session.expectEnd();
        time.advanceToAlarmWithin(PAUSE);
        TaggedPeer.resume(server, session, 0).send("@1 ok v");
        assertThat(popping.join()).contains("v");
    }

    @Test
    void lastProofStandsUntilTheNextConnectionIsAnswered() {
        var lease = acquire("");
        long provedAt = time.nanoTime();
        time.advance(Duration.ofSeconds(2));
        session.reset();
        time.advanceToAlarmWithin(PAUSE);
        var next = TaggedPeer.greet(server, "");
        next.expectName("1");
        time.advance(Duration.ofSeconds(1));

        assertThat(lease.remaining()).isEqualTo(FROM_PROOF.minusNanos(time.nanoTime() - provedAt));
        next.send("ok resumed 10 1");

        eventually(() -> lease.remaining().equals(FROM_PROOF.minusSeconds(1)));
    }

    @Test
    void answerToARequestThatWasWrittenAgainProvesNothing() {
        var lease = acquire("");
        var counting = client.counters().incrementAsync("c", 1);
        session.expect("incr", "c", "1");
        session.reset();
        time.advanceToAlarmWithin(PAUSE);
        session = TaggedPeer.resume(server, session.forgets(1), 1);
        var tag = session.expect("incr", "c", "1");
        var fromSession = lease.remaining();
        time.advance(Duration.ofSeconds(1));

        session.send(tag + " ok 1");

        assertThat(counting.join()).isEqualTo(1);
        assertThat(lease.remaining()).isEqualTo(fromSession.minusSeconds(1));
    }

    @Test
    void untaggedAnswersProveNothing() {
        var lease = acquire("");
        time.advance(Duration.ofSeconds(1));

        session.send("signal x y");

        assertThat(lease.remaining()).isEqualTo(FROM_PROOF.minusSeconds(1));
    }

    @Test
    void serverThatKeepsHoldsLetsTheLeaseDecide() {
        var lease = acquire("auto_release=off");
        assertThat(lease.remaining()).isEqualTo(Duration.ofMillis(57_970));
        cutOff();

        time.advance(Duration.ofSeconds(20));

        assertThat(lease.isValid()).isTrue();
        assertThat(losses).isEmpty();
    }

    @Test
    void sessionThatTheServerDoesNotKnowIsALossAtOnce() {
        var lease = acquire("");
        session.reset();
        time.advanceToAlarmWithin(PAUSE);

        TaggedPeer.beginAnew(server);

        eventually(() -> losses.equals(List.of(LossReason.CONNECTION_LOST)));
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void serverTellsOfALossByItself() {
        var lease = acquire("");

        session.send("lost jobs 6 expired").send("lost jobs 7 revoked");

        eventually(() -> losses.equals(List.of(LossReason.REVOKED)));
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void lossThatIsToldBeforeItsGrantWasLookedAtIsNotMissed() {
        var waiting = client.lock("jobs").acquireAsync(Duration.ofSeconds(30));
        session = TaggedPeer.accept(server);
        var tag = session.expect("l", "jobs", "30 60");
        time.advance(Duration.ofSeconds(6));

        session.send(tag + " ok T1 60 7").send("lost jobs 7 expired");
        session.send(session.expect("n", "jobs", "T1 60") + " ok 60 7");

        assertThat(waiting.join().lost().join()).isEqualTo(LossReason.EXPIRED);
    }

    @Test
    void grantAfterALongWaitIsProvedBeforeAnybodyReliesOnIt() {
        var waiting = client.lock("jobs").acquireAsync(Duration.ofSeconds(30));
        session = TaggedPeer.accept(server);
        var tag = session.expect("l", "jobs", "30 60");
        time.advance(Duration.ofSeconds(6)); // of a lease of 60 s most is left, of the grace it is not

        session.send(tag + " ok T1 60 7");
        tag = session.expect("n", "jobs", "T1 60");
        assertThat(waiting).isNotDone();
        session.send(tag + " ok 60 7");

        assertThat(waiting.join().remaining()).isEqualTo(FROM_PROOF);
    }

    @Test
    void processThatSleptFindsItsHoldInvalidAtOnce() {
        var lease = acquire("");

        time.pause(Duration.ofSeconds(9));

        assertThat(lease.isValid()).isFalse();
    }

    private Lease acquire(String settings) {
        var attempt = client.lock("jobs").tryAcquireAsync(Duration.ZERO);
        session = TaggedPeer.accept(server, settings);
        session.send(session.expect("l", "jobs", "0 60") + " ok T1 60 7");
        return attempt.join().orElseThrow();
    }

    private void cutOff() {
        server.stopListening();
        session.reset();
        eventually(() -> client.metrics().connections().open() == 0);
    }
}
