package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.LossReason;
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
        var third = server.accept().expect("elect", "boss", "86400 10");
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

    private final class Teller implements LeadershipListener {
        @Override
        public void elected(Lease leadership) {
            told.add("elected");
        }

        @Override
        public void ended(Lease leadership, Optional<LossReason> reason) {
            told.add("ended " + reason);
        }
    }
}
