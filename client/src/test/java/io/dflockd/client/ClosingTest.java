package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.ClientClosedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LossReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What closing a client comes to, and in which order. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClosingTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final FakeServer server = new FakeServer();
    private final List<LossReason> losses = new CopyOnWriteArrayList<>();
    private final List<DflockdException> renewErrors = new CopyOnWriteArrayList<>();
    private final DflockdClient client = DflockdClient.builder()
            .server(server.address())
            .onLost((lease, reason) -> losses.add(reason))
            .onRenewError(renewErrors::add)
            .build();

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    @Test
    void whatIsHeldIsGivenBackInItsOrderBeforeTheSessionEnds() {
        var session = acquire(20, "auto_release=off");

        var closing = FakeServer.run(client::close);

        for (int i = 0; i < 20; i++) {
            var tag = session.expect("r", "k" + i, "T" + i);
            assertThat(closing).isNotDone();
            session.send(tag + " ok");
        }
        session.expectUntagged("bye").send("ok");
        closing.join();
        eventually(() -> losses.size() == 20);
        assertThat(losses).containsOnly(LossReason.CLIENT_CLOSED);
        assertThat(renewErrors).isEmpty();
    }

    @Test
    void releaseThatIsUnderWayIsWaitedFor() {
        var attempt = client.lock("k").tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server, "auto_release=off");
        session.send(session.expect("l", "k", "0") + " ok T 33 1");
        var released = attempt.join().orElseThrow().releaseAsync();
        var tag = session.expect("r", "k", "T");

        var closing = FakeServer.run(client::close);
        session.send(tag + " ok");

        assertThat(released.join()).isTrue();
        session.expectUntagged("bye").send("ok");
        closing.join();
        assertThat(losses).isEmpty();
    }

    @Test
    void silentServerIsNotWaitedForLongerThanThreeSeconds() {
        var unused = acquire(3, "");
        long begun = System.nanoTime();

        client.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(6));
        eventually(() -> losses.size() == 3);
        assertThat(renewErrors).isEmpty();
    }

    @Test
    void dialThatHangsIsNotWaitedFor() {
        var acquiring = client.lock("k").acquireAsync(LONG);
        var peer = server.accept(); // which never answers
        long begun = System.nanoTime();

        client.close();

        assertClosed(acquiring);
        peer.expectEndAfterGreeting();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(6));
    }

    @Test
    void whateverIsUnderWayOrAskedAfterwardsEndsInOneException() {
        var acquiring = client.lock("k").acquireAsync(LONG);
        var session = TaggedPeer.accept(server);
        var waiting = session.expect("l", "k", "30");
        var counting = client.counters().incrementAsync("c", 1);
        session.expect("incr", "c", "1");
        var popping = client.lists().popLeftAsync("q", LONG);
        session.expect("blpop", "q", "30");
        assertThat(waiting).isEqualTo("@1");

        var closing = FakeServer.run(client::close);

        for (var future : List.of(acquiring, counting, popping)) {
            assertClosed(future);
        }
        assertClosed(client.lock("k").acquireAsync(LONG));
        assertClosed(client.counters().incrementAsync("c", 1));
        assertClosed(client.lists().popLeftAsync("q", LONG));
        assertThatThrownBy(() -> client.values().get("v")).isInstanceOf(ClientClosedException.class);
        session.reset();
        closing.join();
    }

    @Test
    void lossAndReleaseThatRaceHaveOneOutcome() {
        var unused = client.counters().incrementAsync("c", 1);
        var session = TaggedPeer.accept(server);
        session.send(session.expect("incr", "c", "1") + " ok 1");
        for (int i = 1; i <= 200; i++) {
            var ends = new CompletableFuture<Optional<LossReason>>();
            var election = client.election("e").withListener(new LeadershipListener() {
                @Override
                public void elected(Lease leadership) {}

                @Override
                public void ended(Lease leadership, Optional<LossReason> reason) {
                    ends.complete(reason);
                }
            });
            var campaign = election.campaignAsync(Duration.ZERO);
            session.send(session.expect("elect", "e", "0") + " ok T" + i + " 33 " + i);
            var lease = campaign.join().orElseThrow();

            session.send("lost e " + i + " revoked");
            var released = lease.releaseAsync();
            session.send(session.expect("resign", "e", "T" + i) + " ok");

            var reason = ends.join();
            assertThat(released.join()).isEqualTo(reason.isEmpty());
            if (reason.isPresent()) {
                assertThat(lease.lost().join()).isEqualTo(reason.get());
            } else {
                assertThat(lease.lost()).isNotDone();
            }
        }
    }

    private TaggedPeer acquire(int count, String settings) {
        var attempts = new ArrayList<CompletableFuture<?>>();
        TaggedPeer session = null;
        for (int i = 0; i < count; i++) {
            attempts.add(client.lock("k" + i).tryAcquireAsync(Duration.ZERO));
            session = session == null ? TaggedPeer.accept(server, settings) : session;
            session.send(session.expect("l", "k" + i, "0") + " ok T" + i + " 33 " + (i + 1));
            attempts.get(i).join();
        }
        return session;
    }

    private static void assertClosed(CompletableFuture<?> future) {
        assertThatThrownBy(future::join).cause().isInstanceOf(ClientClosedException.class);
    }
}
