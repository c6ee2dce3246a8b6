package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.LossReason;
import io.dflockd.client.event.LeaderEvent;
import io.dflockd.client.event.LossEvent;
import io.dflockd.client.event.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ElectionTest {
    private final ManualTime time = new ManualTime();
    private final FakeServer server = new FakeServer();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Election election = Election.builder("boss")
            .server(server.address())
            .time(time)
            .leaseTtl(Duration.ofSeconds(10))
            .listener(new Teller())
            .build();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void electedCandidateLeadsUntilItResigns() {
        var campaign = election.campaignAsync(Duration.ofSeconds(5));
        var peer = server.accept().expect("elect", "boss", "5 10").send("ok T1 10 7");

        var leadership = campaign.join().orElseThrow();
        assertThat(election.isLeader()).isTrue();
        assertThat(leadership.mode()).isEqualTo(LeaseMode.LEADERSHIP);
        assertThatThrownBy(() -> election.campaign(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
        var resigned = leadership.releaseAsync();
        peer.expect("resign", "boss", "T1").send("ok");

        assertThat(resigned.join()).isTrue();
        assertThat(election.isLeader()).isFalse();
        eventually(() -> told.equals(List.of("elected", "ended Optional.empty")));
    }

    @Test
    void lostLeadershipIsToldOnceAndTheCandidateCanCampaignAgain() {
        var campaign = election.campaignAsync(Duration.ofSeconds(5));
        var peer = server.accept().expect("elect", "boss", "5 10").send("ok T1 10 7");
        campaign.join();

        time.advance(Duration.ofSeconds(5));
        peer.expect("n", "boss", "T1 10").send("error");
        eventually(() -> told.equals(List.of("elected", "ended Optional[REVOKED]")));

        var again = election.campaignAsync(Duration.ofSeconds(5));
        server.accept().expect("elect", "boss", "5 10").send("timeout");
        assertThat(again.join()).isEmpty();
        assertThat(election.isLeader()).isFalse();
    }

    @Test
    void taskIsInterruptedWhenTheLeadershipIsLostAndCampaignsAgain() throws Exception {
        var leading = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var second = new CompletableFuture<Long>();
        var candidacy = election.run(leadership -> {
            if (leadership.fence() == 8) {
                second.complete(leadership.fence());
                return;
            }
            leading.countDown();
            try {
                Thread.sleep(Duration.ofMinutes(1).toMillis());
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        });
        var peer = server.accept().expect("elect", "boss", "86400 10").send("ok T1 10 7");
        assertThat(leading.await(10, TimeUnit.SECONDS)).isTrue();

        time.advance(Duration.ofSeconds(5));
        peer.expect("n", "boss", "T1 10").send("error_lease_expired");

        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        var next = server.accept().expect("elect", "boss", "86400 10").send("ok T2 10 8");
        assertThat(second.join()).isEqualTo(8);
        next.expect("resign", "boss", "T2").send("ok");
        var third = acceptAfterAPause().expect("elect", "boss", "86400 10");
        candidacy.close();
        third.expectEnd();
    }

    @Test
    void closedCandidacyInterruptsItsTaskAndResigns() throws Exception {
        var leading = new CountDownLatch(1);
        var candidacy = election.run(leadership -> {
            leading.countDown();
            Thread.sleep(Duration.ofMinutes(1).toMillis());
        });
        var peer = server.accept().expect("elect", "boss", "86400 10").send("ok T1 10 7");
        assertThat(leading.await(10, TimeUnit.SECONDS)).isTrue();

        var closing = FakeServer.run(candidacy::close);

        peer.expect("resign", "boss", "T1").send("ok");
        closing.join();
        assertThat(candidacy.isLeader()).isFalse();
    }

    @Test
    void lostLeadershipIsNeverToldAsResigned() throws Exception {
        for (int term = 1; term <= 50; term++) {
            told.clear();
            var campaign = election.campaignAsync(Duration.ofSeconds(5));
            var peer = server.accept().expect("elect", "boss", "5 10").send("ok T1 10 7");
            var leadership = campaign.join().orElseThrow();
            time.advance(Duration.ofSeconds(5));
            peer.expect("n", "boss", "T1 10");

            leadership.onLost(reason -> leadership.close());
            var lost = leadership.lost().thenCompose(reason -> leadership.releaseAsync());
            peer.send("error");
            lost.join();

            eventually(() -> told.size() == 2);
            assertThat(told).containsExactly("elected", "ended Optional[REVOKED]");
            peer.close();
        }
    }

    @Test
    void errorOfATaskIsToldAndTheCandidateCampaignsAgain() {
        try (var candidacy = election.run(leadership -> {
            throw new AssertionError("no luck");
        })) {
            for (int term = 1; term <= 3; term++) {
                var peer = term == 1 ? server.accept() : acceptAfterAPause();
                peer.expect("elect", "boss", "86400 10").send("ok T" + term + " 10 " + term);
                peer.expect("resign", "boss", "T" + term).send("ok");
                int terms = term;
                eventually(() -> told.stream().filter("failed no luck"::equals).count() == terms);
            }
            assertThat(candidacy.isLeader()).isFalse();
        }
    }

    @Test
    void taskThatReturnsAtOnceIsNotElectedAgainAtOnce() {
        try (var candidacy = election.run(leadership -> {})) {
            var peer = server.accept().expect("elect", "boss", "86400 10").send("ok T1 10 1");
            peer.expect("resign", "boss", "T1").send("ok");

            long begun = time.nanoTime();
            acceptAfterAPause().expect("elect", "boss", "86400 10")
                    .send("ok T2 10 2")
                    .expect("resign", "boss", "T2")
                    .send("ok");
            acceptAfterAPause();

            assertThat(Duration.ofNanos(time.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(250));
            assertThat(candidacy.isLeader()).isFalse();
        }
    }

    @Test
    void nextLeadershipIsToldOfAfterTheEndOfTheFormer() throws Exception {
        for (int term = 1; term <= 20; term++) {
            var campaign = election.campaignAsync(Duration.ofSeconds(5));
            var peer = server.accept().expect("elect", "boss", "5 10").send("ok T" + term + " 10 " + term);
            var leadership = campaign.join().orElseThrow();
            var resigned = leadership.releaseAsync();
            peer.expect("resign", "boss", "T" + term).send("ok");
            resigned.join();
        }

        eventually(() -> told.size() == 40);
        for (int at = 0; at < told.size(); at += 2) {
            assertThat(told.subList(at, at + 2)).containsExactly("elected", "ended Optional.empty");
        }
    }

    /** Whoever is told of a leadership may give it up at once and stand again. */
    @Test
    void whoResignsInTheMomentOfTheElectionCanCampaignAtOnce() {
        var hasty = Election.builder("boss")
                .server(server.address())
                .time(time)
                .leaseTtl(Duration.ofSeconds(10))
                .listener(new Teller())
                .callbackExecutor(Runnable::run)
                .build();
        var again = hasty.campaignAsync(Duration.ofSeconds(5)).thenCompose(leadership -> {
            var unused = leadership.orElseThrow().releaseAsync();
            return hasty.campaignAsync(Duration.ofSeconds(5));
        });
        server.accept().expect("elect", "boss", "5 10").send("ok T1 10 7").expect("resign", "boss", "T1").send("ok");
        server.accept().expect("elect", "boss", "5 10").send("ok T2 10 8");

        assertThat(again.join().orElseThrow().fence()).isEqualTo(8);
        eventually(() -> told.equals(List.of("elected", "ended Optional.empty", "elected")));
    }

    /** The moment in which a campaign is cancelled and granted at once has no more than some dozen instructions, so it is tried. */
    @Test
    void whoCancelsACampaignCanCampaignAtOnce() {
        for (int i = 0; i < 300; i++) {
            var campaign = election.campaignAsync(Duration.ofSeconds(5));
            var peer = server.accept().expect("elect", "boss", "5 10");
            var granted = FakeServer.async(() -> peer.send("ok T1 10 7"));
            for (int spin = i * 40 % 2_000; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            if (!campaign.cancel(true)) { // elected before
                var unused = campaign.join().orElseThrow().releaseAsync();
            }
            var again = election.campaignAsync(Duration.ofSeconds(5));
            granted.handle((sent, gone) -> sent).join(); // who has left may have closed the connection
            server.accept().expect("elect", "boss", "5 10").send("timeout");
            assertThat(again.join()).isEmpty();
        }
        eventually(() -> told.size() % 2 == 0);
        for (int at = 0; at < told.size(); at += 2) {
            assertThat(told.subList(at, at + 2)).containsExactly("elected", "ended Optional.empty");
        }
    }

    @Test
    void clientKnowsWhereItLeadsAndTheServerWhoDoes() {
        try (var client = DflockdClient.connect(server.address())) {
            var candidate = client.election("boss");
            var campaign = candidate.campaignAsync(Duration.ofSeconds(5));
            var session = TaggedPeer.accept(server);
            session.send(session.expect("elect", "boss", "5") + " ok T1 10 7");
            campaign.join();
            assertThat(client.isLeader("boss")).isTrue();
            assertThat(client.isLeader("other")).isFalse();

            var asked = client.election("boss").leaderAsync();
            session.send(session.expect("holders", "boss", "1") + " ok {\"key\":\"boss\",\"kind\":\"election\","
                    + "\"limit\":1,\"holders\":[{\"client\":\"a\\\"b\",\"peer\":\"10.0.0.1:5\",\"mode\":\"exclusive\","
                    + "\"held_s\":1,\"lease_left_s\":9,\"fence\":7}],\"holder_count\":1}");
            assertThat(asked.join()).contains(new Leader("a\"b", "10.0.0.1:5", 7));

            var resigned = candidate.leadership().orElseThrow().releaseAsync();
            session.send(session.expect("resign", "boss", "T1") + " ok");
            resigned.join();
            assertThat(client.isLeader("boss")).isFalse();
            var nobody = candidate.leaderAsync();
            session.send(session.expect("holders", "boss", "1")
                    + " ok {\"key\":\"boss\",\"kind\":\"lock\",\"limit\":1,\"holders\":[],\"holder_count\":0}");
            assertThat(nobody.join()).isEmpty();
            server.close();
        }
    }

    @Test
    void kindsOfEventsAreWordsThatThisVersionKnows() {
        assertThat(new LeaderEvent.LeaderChange("failover", "k").kind()).isEqualTo(LeaderEvent.Kind.FAILOVER);
        assertThat(new LeaderEvent.LeaderChange("crowned", "k").kind()).isEqualTo(LeaderEvent.Kind.OTHER);
        assertThat(new LeaderEvent.LeaderChange("other", "k").kind()).isEqualTo(LeaderEvent.Kind.OTHER);
        assertThat(new WatchEvent.KeyChange("kexpire", "k").kind()).isEqualTo(WatchEvent.Kind.KEXPIRE);
        assertThat(new LossEvent.HoldLost("k", 1, "revoked").kind()).isEqualTo(LossEvent.Kind.REVOKED);
    }

    /** The next connection, while time passes. */
    private FakeServer.Peer acceptAfterAPause() {
        var next = FakeServer.async(server::accept);
        eventually(() -> {
            time.advance(Duration.ofMillis(10));
            return next.isDone();
        });
        return next.join();
    }

    private final class Teller implements LeadershipListener {
        @Override
        public void elected(Lease leadership) {
            told.add("elected");
        }

        @Override
        public void ended(Lease leadership, Optional<LossReason> reason) {
            told.add("ended " + reason);
        }

        @Override
        public void failed(Throwable failure) {
            told.add("failed " + failure.getMessage());
        }
    }
}
