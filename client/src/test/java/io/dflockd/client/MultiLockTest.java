package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.error.LossReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several locks as one. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MultiLockTest {
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final ManualTime time = new ManualTime();
    private final FakeServer server = new FakeServer();
    private final FakeServer second = new FakeServer();
    /** Keys that begin with 2 belong to the second server. */
    private final DflockdClient client = DflockdClient.builder()
            .servers(List.of(server.address(), second.address()))
            .shardFunction((key, servers) -> key.startsWith("2") ? 1 : 0)
            .leaseTtl(Duration.ofSeconds(10))
            .time(time)
            .build();

    @AfterEach
    void close() {
        server.close();
        second.close();
        time.closing(client::close);
    }

    @Test
    void keysAreTakenByServerAndThenByTheirBytes() {
        var keys = client.locks(List.of("2a", "z", "ä", "B", "b", "z", "\uD83D\uDE00", "\uFFEE")).keys();

        assertThat(keys).containsExactly("B", "b", "z", "ä", "\uFFEE", "\uD83D\uDE00", "2a");
    }

    @Test
    void allAreTakenOneAfterTheOtherAndReleasedInTurn() throws Exception {
        var acquiring = client.locks(List.of("b", "a")).acquireAsync(WAIT);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "a", "60 10") + " ok TA 10 7");
        session.send(session.expect("l", "b", "60 10") + " ok TB 10 8");
        var lease = acquiring.join();

        assertThat(lease.isValid()).isTrue();
        assertThat(lease.remaining()).isBetween(Duration.ofMillis(8_990), Duration.ofSeconds(9));
        assertThat(lease.fence("a")).isEqualTo(7);
        assertThat(lease.fence("b")).isEqualTo(8);
        assertThatThrownBy(() -> lease.fence("c")).isInstanceOf(IllegalArgumentException.class);
        var released = FakeServer.async(lease::release);
        session.send(session.expect("r", "b", "TB") + " ok");
        session.send(session.expect("r", "a", "TA") + " ok");
        assertThat(released.join()).isTrue();
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.lost()).isNotDone();
    }

    @Test
    void oneThatIsNotFreeGivesBackThoseBefore() {
        var attempt = client.locks(List.of("a", "2b")).tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "a", "0 10") + " ok TA 10 7");
        var other = TaggedPeer.accept(second).answeringPings();
        other.send(other.expect("l", "2b", "0 10") + " timeout");

        session.send(session.expect("r", "a", "TA") + " ok");
        assertThat(attempt.join()).isEmpty();
    }

    @Test
    void deadlineIsOneForAll() {
        var attempt = client.locks(List.of("a", "b")).tryAcquireAsync(Duration.ofSeconds(6));
        var session = TaggedPeer.accept(server).answeringPings();
        var tag = session.expect("l", "a", "6 10");
        time.advance(Duration.ofSeconds(2));
        session.send(tag + " ok TA 10 7");

        session.send(session.expect("l", "b", "4 10") + " timeout");

        session.send(session.expect("r", "a", "TA") + " ok");
        assertThat(attempt.join()).isEmpty();
    }

    @Test
    void whoGoesAwayLeavesTheQueueAndGivesBackWhatIsThere() {
        var acquiring = client.locks(List.of("a", "b")).acquireAsync(WAIT);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "a", "60 10") + " ok TA 10 7");
        session.expect("l", "b", "60 10");

        acquiring.cancel(true);

        var both = List.of(session.expectAny().get(0), session.expectAny().get(0));
        assertThat(both).containsExactlyInAnyOrder("r", "cancel");
    }

    @Test
    void lossOfOneIsTheLossOfAllAndIsToldOnce() {
        var acquiring = client.locks(List.of("a", "b")).acquireAsync(WAIT);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "a", "60 10") + " ok TA 10 7");
        session.send(session.expect("l", "b", "60 10") + " ok TB 10 8");
        var lease = acquiring.join();
        var told = new CopyOnWriteArrayList<String>();
        lease.onLost((which, reason) -> told.add(which.key() + " " + reason));

        time.advance(Duration.ofSeconds(5));
        for (int i = 0; i < 2; i++) {
            session.send(session.expectRenewal() + " error");
        }

        eventually(() -> told.size() == 1);
        assertThat(told.get(0)).endsWith("REVOKED");
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.remaining()).isZero();
        assertThatThrownBy(lease::ensureValid).isInstanceOf(LeaseLostException.class);
        assertThat(lease.lost().join().reason()).isEqualTo(LossReason.REVOKED);
    }

    @Test
    void oneThatIsLostWhileOthersAreWaitedForEndsTheAttempt() {
        var acquiring = client.locks(List.of("a", "b")).acquireAsync(WAIT);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "a", "60 10") + " ok TA 10 7");
        session.expect("l", "b", "60 10");

        time.advance(Duration.ofSeconds(5));
        session.send(session.expect("n", "a", "TA 10") + " error");

        assertThatThrownBy(acquiring::join).cause().isInstanceOf(LeaseLostException.class);
    }

    @Test
    void noKeysAreRefused() {
        assertThatThrownBy(() -> client.locks(List.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 keys");
    }
}
