package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.LossReason;
import io.dflockd.client.error.NoAnswerException;
import io.dflockd.client.error.ServerErrorException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Leases on other terms: shorter, not renewed, kept, downgraded. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeaseTermsTest {
    private final ManualTime time = new ManualTime();
    private final FakeServer server = new FakeServer();
    private final List<LossReason> losses = new CopyOnWriteArrayList<>();
    private final DflockdClient client = DflockdClient.builder()
            .server(server.address())
            .time(time)
            .onLost((lease, reason) -> losses.add(reason))
            .build();

    @AfterEach
    void close() {
        server.close();
        time.closing(client::close);
    }

    @Test
    void copyOfAHandleHasAnotherLease() {
        var attempt = client.lock("k").withTtl(Duration.ofSeconds(7)).tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "k", "0 7") + " timeout");
        assertThat(attempt.join()).isEmpty();

        var permit = client.semaphore("s", 3).withTtl(Duration.ofSeconds(8)).tryAcquireAsync(Duration.ZERO);
        session.send(session.expect("sl", "s", "0 3 8") + " timeout");
        assertThat(permit.join()).isEmpty();

        var reading = client.rwLock("r").withTtl(Duration.ofSeconds(9)).read().tryAcquireAsync(Duration.ZERO);
        session.send(session.expect("rl", "r", "0 9") + " timeout");
        assertThat(reading.join()).isEmpty();

        var campaign = client.election("e").withTtl(Duration.ofSeconds(6)).campaignAsync(Duration.ZERO);
        session.send(session.expect("elect", "e", "0 6") + " timeout");
        assertThat(campaign.join()).isEmpty();
    }

    @Test
    void leaseThatIsNotRenewedEndsAfterItsTtlAndSaysSo() {
        var attempt = client.lock("k")
                .withTtl(Duration.ofSeconds(4))
                .withoutRenewal()
                .tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "k", "0 4") + " ok T1 4 7");
        var lease = attempt.join().orElseThrow();

        time.advance(Duration.ofMillis(3_590));
        assertThat(lease.isValid()).isTrue();
        time.advance(Duration.ofMillis(10));

        eventually(() -> losses.equals(List.of(LossReason.EXPIRED)));
        assertThat(lease.isValid()).isFalse();
        time.advance(Duration.ofMillis(402)); // who was told has the margin for to stop
        assertThat(session.expectAny().get(0)).isEqualTo("r"); // and no renewal before
    }

    @Test
    void lessThanASecondGoesToAServerThatTakesMilliseconds() {
        var attempt = client.lock("k").withTtl(Duration.ofMillis(500)).tryAcquireAsync(Duration.ofMillis(1_250));
        var session = TaggedPeer.acceptWith(server, "ping,tags,cancel,sessions,ms");
        session.send(session.expect("l", "k", "1250ms 500ms") + " ok T1 500ms 7");
        var lease = attempt.join().orElseThrow();

        assertThat(lease.remaining()).isBetween(Duration.ofMillis(449), Duration.ofMillis(450));
        time.advance(Duration.ofMillis(250));
        session.expect("n", "k", "T1 500ms");
    }

    @Test
    void lessThanASecondIsRoundedUpForOthers() {
        var attempt = client.lock("k").withTtl(Duration.ofMillis(1_500)).tryAcquireAsync(Duration.ofMillis(1_250));
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "k", "2 2") + " ok T1 2 7");

        assertThat(attempt.join().orElseThrow().remaining()).isBetween(Duration.ofMillis(1_799),
                Duration.ofMillis(1_800));
    }

    @Test
    void silenceAfterAFractionOfASecondIsNoRefusalWhereTheServerKeepsIt() {
        var attempt = client.lock("k").tryAcquireAsync(Duration.ofMillis(1_250));
        var session = TaggedPeer.acceptWith(server, "ping,tags,cancel,sessions,ms");
        session.expect("l", "k", "1250ms");

        time.advance(Duration.ofMillis(1_250));
        assertThat(attempt).isNotDone();
        time.advance(Duration.ofSeconds(1));

        assertThatThrownBy(attempt::join).cause().isInstanceOf(NoAnswerException.class);
    }

    @Test
    void tooShortALeaseIsRefused() {
        assertThatThrownBy(() -> client.lock("k").withTtl(Duration.ofMillis(249)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lease TTL is PT0.249S");
    }

    @Test
    void keptHoldIsNeitherRenewedNorReleased() throws Exception {
        var attempt = client.lock("k").withTtl(Duration.ofSeconds(10)).tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "k", "0 10") + " ok T1 10 7");
        var lease = attempt.join().orElseThrow();

        var keeping = lease.keepAsync(Duration.ofHours(1));
        session.send(session.expect("keep", "k", "T1 3600") + " ok 3600 7");

        assertThat(keeping.join()).isTrue();
        assertThat(lease.isValid()).isFalse();
        lease.close();
        assertThat(lease.keep(Duration.ofHours(1))).isFalse();
        var counting = client.counters().incrementAsync("c", 1);
        session.send(session.expect("incr", "c", "1") + " ok 1"); // and no release before
        assertThat(counting.join()).isEqualTo(1);
        assertThat(losses).isEmpty();
    }

    /** In the wrong order the lease would end with the renewal. */
    @Test
    void renewalThatIsOnItsWayComesBeforeTheKeeping() {
        var attempt = client.lock("k").withTtl(Duration.ofSeconds(10)).tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "k", "0 10") + " ok T1 10 7");
        var lease = attempt.join().orElseThrow();
        time.advance(Duration.ofSeconds(5));
        var renewal = session.expect("n", "k", "T1 10");

        var keeping = lease.keepAsync(Duration.ofHours(1));
        var counting = client.counters().incrementAsync("c", 1);
        session.send(session.expect("incr", "c", "1") + " ok 1"); // and not yet what keeps
        session.send(renewal + " ok 10 7");
        session.send(session.expect("keep", "k", "T1 3600") + " ok 3600 7");

        assertThat(keeping.join()).isTrue();
        assertThat(counting.join()).isEqualTo(1);
    }

    @Test
    void holdThatTheServerDoesNotKeepIsGivenBack() {
        var attempt = client.lock("k").tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "k", "0") + " ok T1 10 7");

        var keeping = attempt.join().orElseThrow().keepAsync(Duration.ofHours(1));
        session.send(session.expect("keep", "k", "T1 3600") + " error");

        session.send(session.expect("r", "k", "T1") + " ok");
        assertThat(keeping.join()).isFalse();
    }

    @Test
    void writerBecomesAReaderUnderTheSameToken() {
        var session = writing();
        var lease = session.lease;

        var downgrading = lease.downgradeAsync();
        session.peer.send(session.peer.expect("downgrade", "k", "T1 10") + " ok T1 10 7");

        var reading = downgrading.join();
        assertThat(lease.isValid()).isFalse();
        lease.close();
        assertThat(reading.mode()).isEqualTo(LeaseMode.READ);
        assertThat(reading.token()).isEqualTo("T1");
        assertThat(reading.fence()).isEqualTo(7);
        assertThat(reading.isValid()).isTrue();
        time.advance(Duration.ofSeconds(5));
        session.peer.send(session.peer.expect("rn", "k", "T1 10") + " ok 10 7");
        var released = reading.releaseAsync();
        session.peer.send(session.peer.expect("rr", "k", "T1") + " ok");
        assertThat(released.join()).isTrue();
        assertThat(losses).isEmpty();
    }

    @Test
    void downgradeThatTheServerRefusesGivesTheHoldBack() {
        var session = writing();

        var downgrading = session.lease.downgradeAsync();
        session.peer.send(session.peer.expect("downgrade", "k", "T1 10") + " error");

        session.peer.send(session.peer.expect("wr", "k", "T1") + " ok");
        assertThatThrownBy(downgrading::join).cause().isInstanceOf(ServerErrorException.class);
    }

    @Test
    void downgradeThatNobodyWaitsForGivesTheHoldBack() {
        var session = writing();

        var downgrading = session.lease.downgradeAsync();
        var tag = session.peer.expect("downgrade", "k", "T1 10");
        downgrading.cancel(true);
        session.peer.send(tag + " ok T1 10 7");

        session.peer.send(session.peer.expect("rr", "k", "T1") + " ok");
    }

    @Test
    void onlyWritersCanBeDowngraded() {
        var attempt = client.lock("k").tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("l", "k", "0") + " ok T1 10 7");
        var lease = attempt.join().orElseThrow();

        assertThatThrownBy(lease::downgrade).isInstanceOf(IllegalStateException.class);
        assertThat(lease.isValid()).isTrue();
    }

    private Writing writing() {
        var attempt = client.rwLock("k").withTtl(Duration.ofSeconds(10)).write().tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server).answeringPings();
        session.send(session.expect("wl", "k", "0 10") + " ok T1 10 7");
        return new Writing(session, attempt.join().orElseThrow());
    }

    private record Writing(TaggedPeer peer, Lease lease) {}
}
