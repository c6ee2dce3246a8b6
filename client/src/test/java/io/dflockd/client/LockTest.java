package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.ErrorCode;
import io.dflockd.client.error.LeaseExpiredException;
import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.error.NoAnswerException;
import io.dflockd.client.error.NotQueuedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The life of a lease against a server that does what the test says, in time that the test moves. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LockTest {
    private final ManualTime time = new ManualTime();
    private final FakeServer server = new FakeServer();
    private final List<LossReason> losses = new CopyOnWriteArrayList<>();
    private final List<ErrorCode> renewErrors = new CopyOnWriteArrayList<>();
    private final Lock lock = builder().leaseTtl(Duration.ofSeconds(10)).build();
    private FakeServer.Peer peer;

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void leaseIsValidUntilItsEndMinusTheMargin() {
        var lease = acquire();

        assertThat(lease.isValid()).isTrue();
        assertThat(lease.remaining()).isEqualTo(Duration.ofMillis(8_995));
        assertThat(lease.fence()).isEqualTo(7);
        assertThat(lease.mode()).isEqualTo(LeaseMode.LOCK);
        lease.ensureValid();
    }

    @Test
    void renewalMovesTheDeadlineFromTheMomentItWasSent() {
        var lease = acquire();

        time.advance(Duration.ofSeconds(5));
        peer.expect("n", "jobs", "T1 10");
        time.advance(Duration.ofSeconds(1));
        var beforeAnswer = lease.remaining();
        peer.send("ok 10 7");

        assertThat(beforeAnswer).isEqualTo(Duration.ofMillis(2_995));
        eventually(() -> lease.remaining().compareTo(beforeAnswer) > 0);
        assertThat(lease.remaining()).isBetween(Duration.ofMillis(7_495), Duration.ofMillis(7_995));
    }

    @Test
    void leaseOfOneSecondIsRenewedInTime() {
        var lease = acquire(builder().leaseTtl(Duration.ofSeconds(1)).build(), "0 1", "ok T1 1 7");

        for (int i = 0; i < 7; i++) {
            time.advance(Duration.ofMillis(450));
            var before = lease.remaining();
            peer.expect("n", "jobs", "T1 1").send("ok 1 7");
            eventually(() -> lease.remaining().compareTo(before) > 0);
        }

        assertThat(lease.isValid()).isTrue();
        assertThat(losses).isEmpty();
    }

    @Test
    void longLeaseIsRenewedBeforeAServerFindsTheConnectionIdle() {
        acquire(builder().leaseTtl(Duration.ofMinutes(10)).build(), "0 600", "ok T1 600 7");

        time.advance(Duration.ofSeconds(15));

        peer.expect("n", "jobs", "T1 600");
    }

    @Test
    void lossIsToldOnceBeforeTheLeaseEndsWhenNoRenewalIsAnswered() {
        var lease = acquire();
        time.advance(Duration.ofMillis(4_999));
        peer.expect("n", "jobs", "T1 10");

        server.stopListening();
        time.advance(Duration.ofMillis(3_995));
        assertThat(losses).isEmpty();
        time.advance(Duration.ofMillis(1));

        eventually(() -> losses.size() == 1);
        assertThat(lease.isValid()).isFalse();
        assertThatThrownBy(lease::ensureValid).isInstanceOf(LeaseLostException.class).hasMessageContaining("jobs");
        time.advance(Duration.ofMinutes(1));
        assertThat(losses).hasSize(1);
    }

    @Test
    void refusedRenewalIsALossAtOnce() throws Exception {
        var lease = acquire();
        time.advance(Duration.ofSeconds(5));

        peer.expect("n", "jobs", "T1 10").send("error");

        eventually(() -> losses.equals(List.of(LossReason.REVOKED)));
        eventually(() -> renewErrors.equals(List.of(ErrorCode.SERVER)));
        assertThat(lease.release()).isFalse();
    }

    @Test
    void expiredRenewalSaysSo() {
        acquire();
        time.advance(Duration.ofSeconds(5));

        peer.expect("n", "jobs", "T1 10").send("error_lease_expired");

        eventually(() -> losses.equals(List.of(LossReason.EXPIRED)));
    }

    @Test
    void renewalThatTheServerPutsOffIsRepeated() {
        var lease = acquire();
        time.advance(Duration.ofSeconds(5));
        peer.expect("n", "jobs", "T1 10").send("error_draining");
        eventually(() -> renewErrors.equals(List.of(ErrorCode.DRAINING)));

        time.advanceToNextAlarm();
        peer.expect("n", "jobs", "T1 10").send("ok 10 7");

        eventually(() -> lease.remaining().compareTo(Duration.ofSeconds(8)) > 0);
        assertThat(losses).isEmpty();
    }

    @Test
    void holdIsLostAtOnceWithItsConnectionWhichTheServerSees() {
        var lease = acquire();

        peer.reset();

        eventually(() -> losses.equals(List.of(LossReason.CONNECTION_LOST)));
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.lost().join()).isEqualTo(LossReason.CONNECTION_LOST);
        assertThat(lease.releaseAsync().join()).isFalse();
    }

    @Test
    void holdThatTheServerKeepsIsValidWithoutItsConnectionAndTakenUpAgain() throws Exception {
        var lease = acquireKept();
        time.advance(Duration.ofSeconds(2));

        peer.close();
        var second = server.accept();
        second.expect("n", "jobs", "T1 10");
        assertThat(lease.remaining()).isEqualTo(Duration.ofMillis(6_995));
        second.send("ok 10 7");

        eventually(() -> lease.remaining().equals(Duration.ofMillis(8_995)));
        assertThat(losses).isEmpty();
        var released = lease.releaseAsync();
        second.expect("r", "jobs", "T1").send("ok");
        assertThat(released.join()).isTrue();
    }

    @Test
    void serversNoToAHoldThatItSaidToKeepIsALoss() {
        acquireKept();

        peer.reset();
        var second = server.accept();
        second.expect("n", "jobs", "T1 10").send("error");

        eventually(() -> losses.equals(List.of(LossReason.CONNECTION_LOST)));
        second.expectEnd();
    }

    @Test
    void unreachableServerThatKeepsHoldsIsALossAtTheDeadline() {
        var lease = acquireKept();
        server.stopListening();

        peer.close();
        eventually(() -> renewErrors.contains(ErrorCode.CONNECTION_FAILED));
        assertThat(losses).isEmpty();
        assertThat(lease.isValid()).isTrue();
        time.advance(Duration.ofSeconds(9));

        eventually(() -> losses.equals(List.of(LossReason.CONNECTION_LOST)));
    }

    @Test
    void serverTellsOfALossByItself() {
        var lease = acquireKept();

        peer.send("lost jobs 8 revoked").send("lost jobs 7 revoked");

        eventually(() -> losses.equals(List.of(LossReason.REVOKED)));
        assertThat(lease.isValid()).isFalse();
        peer.expectEnd();
    }

    @Test
    void serverTellsOfTheEndOfALeaseByItself() {
        acquireKept();

        peer.send("lost jobs 7 expired");

        eventually(() -> losses.equals(List.of(LossReason.EXPIRED)));
    }

    @Test
    void grantOfWhichLessThanHalfIsLeftIsConfirmedFirst() {
        var waiting = lock.acquireAsync(Duration.ofMinutes(1));
        peer = server.accept().expect("l", "jobs", "60 10");
        time.advance(Duration.ofSeconds(4));

        peer.send("ok T1 10 7").expect("n", "jobs", "T1 10");
        assertThat(waiting).isNotDone();
        peer.send("ok 10 7");

        assertThat(waiting.join().remaining()).isEqualTo(Duration.ofMillis(8_995));
    }

    @Test
    void grantOfWhichHalfIsLeftIsShownAtOnce() {
        var waiting = lock.acquireAsync(Duration.ofMinutes(1));
        peer = server.accept().expect("l", "jobs", "60 10");
        time.advance(Duration.ofSeconds(3));

        peer.send("ok T1 10 7");

        assertThat(waiting.join().remaining()).isEqualTo(Duration.ofMillis(5_995));
    }

    @Test
    void lateListenerIsToldToo() {
        var lease = acquire();
        time.advance(Duration.ofSeconds(5));
        peer.expect("n", "jobs", "T1 10").send("error");
        eventually(() -> !losses.isEmpty());

        var late = new CompletableFuture<LossReason>();
        lease.onLost(late::complete);

        assertThat(late.join()).isEqualTo(LossReason.REVOKED);
        assertThat(lease.lost().join()).isEqualTo(LossReason.REVOKED);
    }

    @Test
    void releaseStopsRenewalAndClosesTheConnection() {
        var lease = acquire();

        var released = lease.releaseAsync();
        peer.expect("r", "jobs", "T1").send("ok");

        assertThat(released.join()).isTrue();
        peer.expectEnd();
        lease.close();
        time.advance(Duration.ofMinutes(1));
        assertThat(losses).isEmpty();
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void closeOfALostLeaseThrowsNothing() {
        var lease = acquire();
        time.advance(Duration.ofSeconds(5));
        peer.expect("n", "jobs", "T1 10").send("error");
        eventually(() -> !losses.isEmpty());
        peer.expect("r", "jobs", "T1").send("error");

        lease.close();
    }

    @Test
    void waitThatIsOverIsEmptyAndLeavesTheQueue() {
        var waiting = lock.tryAcquireAsync(Duration.ofSeconds(5));
        peer = server.accept().expect("l", "jobs", "5 10").send("timeout");

        assertThat(waiting.join()).isEmpty();
        peer.expectEnd();
    }

    @Test
    void silentServerDoesNotMakeAWaitLongerAndIsNotTakenForARefusal() {
        var waiting = lock.tryAcquireAsync(Duration.ofSeconds(5));
        peer = server.accept().expect("l", "jobs", "5 10");

        time.advance(Duration.ofSeconds(6));

        assertThatThrownBy(waiting::join).cause()
                .isInstanceOf(NoAnswerException.class)
                .hasMessageContaining("jobs")
                .hasMessageContaining("6 s");
        peer.expectEnd();
    }

    @Test
    void attemptThatDoesNotWaitHasABoundOfItsOwn() {
        var attempt = lock.tryAcquireAsync(Duration.ZERO);
        peer = server.accept().expect("l", "jobs", "0 10");

        time.advance(Duration.ofSeconds(3));

        assertThatThrownBy(attempt::join).cause().isInstanceOf(NoAnswerException.class).hasMessageContaining("3 s");
        peer.expectEnd();
    }

    @Test
    void attemptThatDoesNotWaitIsNoLongerThanTheResponseTimeout() {
        var attempt = builder().responseTimeout(Duration.ofSeconds(1)).build().tryAcquireAsync(Duration.ZERO);
        peer = server.accept().expect("l", "jobs", "0");

        time.advance(Duration.ofSeconds(1));

        assertThatThrownBy(attempt::join).cause().isInstanceOf(NoAnswerException.class);
    }

    @Test
    void askingForTheLossAgainAndAgainKeepsNothing() {
        var lease = acquire();

        var told = lease.lost();

        assertThat(lease.lost()).isSameAs(told);
        assertThat(told.cancel(true)).isFalse();
        assertThat(told.complete(LossReason.EXPIRED)).isFalse();
        assertThatThrownBy(() -> lease.lost().orTimeout(1, TimeUnit.MILLISECONDS).join()).cause()
                .isInstanceOf(TimeoutException.class);
        assertThat(told).isNotDone();
    }

    @Test
    void fullQueueMeansNotGrantedToAnAttemptThatDoesNotWait() {
        var attempt = lock.tryAcquireAsync(Duration.ZERO);
        server.accept().expect("l", "jobs", "0 10").send("error_max_waiters");

        assertThat(attempt.join()).isEmpty();
    }

    @Test
    void cancelledAcquireLeavesTheQueue() {
        var waiting = lock.acquireAsync(Duration.ofSeconds(5));
        peer = server.accept().expect("l", "jobs", "5 10");

        waiting.cancel(false);

        peer.expectEnd();
        assertThatThrownBy(waiting::join).isInstanceOf(CancellationException.class);
    }

    @Test
    void interruptedAcquireLeavesTheQueue() throws Exception {
        var interrupted = new CompletableFuture<Boolean>();
        var caller = new Thread(() -> {
            try {
                lock.acquire(Duration.ofSeconds(5)).close();
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        caller.start();
        peer = server.accept().expect("l", "jobs", "5 10");

        caller.interrupt();

        peer.expectEnd();
        assertThat(interrupted.join()).isTrue();
    }

    @Test
    void grantThatTookLongIsConfirmedBeforeAnybodyReliesOnIt() {
        var waiting = lock.acquireAsync(Duration.ofMinutes(1));
        peer = server.accept().expect("l", "jobs", "60 10");
        time.pause(Duration.ofSeconds(30));

        peer.send("ok T1 10 7").expect("n", "jobs", "T1 10");
        assertThat(waiting).isNotDone();
        peer.send("ok 10 7");

        assertThat(waiting.join().remaining()).isEqualTo(Duration.ofMillis(8_995));
    }

    @Test
    void grantWhoseLeaseEndedWhileTheProcessSleptIsNoHold() {
        var waiting = lock.acquireAsync(Duration.ofMinutes(1));
        peer = server.accept().expect("l", "jobs", "60 10");
        time.pause(Duration.ofSeconds(30));

        peer.send("ok T1 10 7").expect("n", "jobs", "T1 10").send("error");

        assertThatThrownBy(waiting::join).cause().isInstanceOf(LeaseExpiredException.class);
        peer.expectEnd();
    }

    @Test
    void ticketOfAFreeLockHasTheLease() throws Exception {
        var enqueuing = lock.enqueueAsync();
        peer = server.accept().expect("e", "jobs", "10").send("acquired T1 10 7");

        var ticket = enqueuing.join();

        assertThat(ticket.isAcquired()).isTrue();
        assertThat(ticket.await(Duration.ofSeconds(5)).token()).isEqualTo("T1");
    }

    @Test
    void placeInTheQueueIsKeptAliveAndThenWaitedFor() {
        var enqueuing = lock.enqueueAsync();
        peer = server.accept().expect("e", "jobs", "10").send("queued");
        var ticket = enqueuing.join();
        assertThat(ticket.isAcquired()).isFalse();

        time.advance(Duration.ofSeconds(15));
        peer.expect("ping", "_", "").send("error");
        var turn = ticket.tryAwaitAsync(Duration.ofSeconds(5));
        peer.expect("w", "jobs", "5").send("ok T1 10 7");

        assertThat(turn.join()).hasValueSatisfying(lease -> assertThat(lease.fence()).isEqualTo(7));
        assertThat(ticket.isAcquired()).isTrue();
    }

    @Test
    void turnThatDoesNotComeUsesThePlaceUp() {
        var enqueuing = lock.enqueueAsync();
        peer = server.accept().expect("e", "jobs", "10").send("queued");
        var ticket = enqueuing.join();

        var turn = ticket.tryAwaitAsync(Duration.ofSeconds(5));
        peer.expect("w", "jobs", "5").send("timeout");

        assertThat(turn.join()).isEmpty();
        peer.expectEnd();
        assertThatThrownBy(() -> ticket.await(Duration.ofSeconds(5))).isInstanceOf(NotQueuedException.class);
    }

    @Test
    void semaphoreSendsItsLimitAndReadWriteLockItsSide() {
        var permit = options(Semaphore.builder("pool", 5)).build().tryAcquireAsync(Duration.ZERO);
        peer = server.accept().expect("sl", "pool", "0 5").send("ok P1 33 1");
        var freed = permit.join().orElseThrow().releaseAsync();
        peer.expect("sr", "pool", "P1").send("ok");
        assertThat(freed.join()).isTrue();

        var rw = options(RWLock.builder("doc")).build();
        var reading = rw.read().tryAcquireAsync(Duration.ZERO);
        peer = server.accept().expect("rl", "doc", "0").send("ok R1 33 2");
        var doneReading = reading.join().orElseThrow().releaseAsync();
        peer.expect("rr", "doc", "R1").send("ok");
        assertThat(doneReading.join()).isTrue();

        var writing = rw.write().tryAcquireAsync(Duration.ZERO);
        peer = server.accept().expect("wl", "doc", "0").send("ok W1 33 3");
        var lease = writing.join().orElseThrow();
        assertThat(lease.mode()).isEqualTo(LeaseMode.WRITE);
        var doneWriting = lease.releaseAsync();
        peer.expect("wr", "doc", "W1").send("ok");
        assertThat(doneWriting.join()).isTrue();
    }

    @Test
    void ratioOutsideItsRangeIsRefused() {
        assertThatThrownBy(() -> Lock.builder("a").renewRatio(1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("renew ratio is 1.0");
        assertThatThrownBy(() -> Lock.builder("a").renewRatio(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    private Lease acquire() {
        return acquire(lock, "0 10", "ok T1 10 7");
    }

    private Lease acquire(Lock of, String argument, String answer) {
        var attempt = of.tryAcquireAsync(Duration.ZERO);
        peer = server.accept().expect("l", "jobs", argument).send(answer);
        return attempt.join().orElseThrow();
    }

    /** At a server that keeps holds without their connections. */
    private Lease acquireKept() {
        var attempt = lock.tryAcquireAsync(Duration.ZERO);
        peer = server.accept().greet("auto_release=off");
        peer.expect("l", "jobs", "0 10").send("ok T1 10 7");
        return attempt.join().orElseThrow();
    }

    private Lock.Builder builder() {
        return options(Lock.builder("jobs"));
    }

    private <B extends HandleBuilder<B>> B options(B builder) {
        return builder.server(server.address())
                .time(time)
                .onLost((lease, reason) -> losses.add(reason))
                .onRenewError(failure -> renewErrors.add(failure.code()));
    }
}
