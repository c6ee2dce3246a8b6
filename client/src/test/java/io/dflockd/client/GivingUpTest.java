package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever goes away before something is granted leaves its place, and what is granted all the same goes back. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GivingUpTest {
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final FakeServer server = new FakeServer();
    private final DflockdClient client = DflockdClient.builder()
            .server(server.address())
            .leaseTtl(Duration.ofSeconds(10))
            .build();

    /** What users do to a future that takes too long for them. */
    @SuppressWarnings("ImmutableEnumChecker") // what is in it keeps nothing
    enum Leaving {
        CANCEL(future -> future.cancel(true)),
        OR_TIMEOUT(future -> future.orTimeout(1, TimeUnit.MILLISECONDS)),
        COMPLETE_ON_TIMEOUT(future -> future.completeOnTimeout(null, 1, TimeUnit.MILLISECONDS)),
        COMPLETE(future -> future.complete(null)),
        COMPLETE_ASYNC(future -> future.completeAsync(() -> null)),
        FAIL(future -> future.completeExceptionally(new IllegalStateException("enough"))),
        OBTRUDE(future -> future.obtrudeValue(null)),
        GET_WITH_TIMEOUT(future -> assertThatThrownBy(() -> future.get(1, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class));

        private final Consumer<CompletableFuture<?>> way;

        Leaving(Consumer<CompletableFuture<?>> way) {
            this.way = way;
        }

        void leave(CompletableFuture<?> future) {
            way.accept(future);
        }
    }

    static List<Leaving> ways() {
        return List.of(Leaving.values());
    }

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void acquireIsGivenUp(Leaving way) {
        expectGivenUp(client.lock("k").acquireAsync(WAIT), way, "l", "r");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void tryAcquireIsGivenUp(Leaving way) {
        expectGivenUp(client.lock("k").tryAcquireAsync(WAIT), way, "l", "r");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void campaignIsGivenUp(Leaving way) {
        var election = client.election("k");
        expectGivenUp(election.campaignAsync(WAIT), way, "elect", "resign");
        assertThat(election.isLeader()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void enqueueIsGivenUp(Leaving way) {
        var enqueuing = client.lock("k").enqueueAsync();
        var session = TaggedPeer.accept(server);
        var tag = session.expect("e", "k", "10");

        way.leave(enqueuing);
        eventually(enqueuing::isDone);
        session.send(tag + " queued");

        session.expect("w", "k", "0");
    }

    @Test
    void placeIsFreeOnlyOnceTheServerSaysSo() {
        var first = client.lock("k").enqueueAsync();
        var session = TaggedPeer.accept(server);
        var tag = session.expect("e", "k", "10");

        first.cancel(true);
        var second = client.lock("k").enqueueAsync();
        server.accept().expect("e", "k", "10").send("queued"); // the session may be in the queue still
        assertThat(second.join().isAcquired()).isFalse();

        session.send(tag + " queued");
        session.send(session.expect("w", "k", "0") + " timeout");
        eventually(() -> client.metrics().requests().inFlight() == 0);
        var third = client.lock("k").enqueueAsync();
        session.send(session.expect("e", "k", "10") + " queued");
        assertThat(third.join().isAcquired()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void turnOfAPlaceIsGivenUp(Leaving way) {
        var place = client.lock("k").enqueueAsync();
        var session = TaggedPeer.accept(server);
        session.send(session.expect("e", "k", "10") + " queued");
        var turn = place.join().tryAwaitAsync(WAIT);
        var tag = session.expect("w", "k", "60");

        way.leave(turn);

        var cancel = session.expect("cancel", "_", tag.substring(1));
        session.send(tag + " ok T1 10 7").send(cancel + " ok");
        expectBothEnds(session);
    }

    @Test
    void interruptedWaitForTheTurnLeavesThePlace() {
        var place = client.lock("k").enqueueAsync();
        var session = TaggedPeer.accept(server);
        session.send(session.expect("e", "k", "10") + " queued");
        var ticket = place.join();
        var interrupted = new CompletableFuture<Boolean>();
        var waiter = new Thread(() -> {
            try {
                ticket.await(WAIT).close();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        waiter.start();
        var tag = session.expect("w", "k", "60");

        waiter.interrupt();

        var cancel = session.expect("cancel", "_", tag.substring(1));
        session.send(tag + " ok T1 10 7").send(cancel + " ok");
        expectBothEnds(session);
        assertThat(interrupted.join()).isTrue();
    }

    @Test
    void getThatOnlyLooksGivesNothingUp() {
        var waiting = client.lock("k").acquireAsync(WAIT);
        var session = TaggedPeer.accept(server);
        var tag = session.expect("l", "k", "60 10");

        assertThatThrownBy(() -> waiting.get(0, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        session.send(tag + " ok T1 10 7");

        assertThat(waiting.join().isValid()).isTrue();
    }

    @Test
    void grantBeforeThatIsNotGivenBack() {
        var waiting = client.lock("k").tryAcquireAsync(WAIT);
        var session = TaggedPeer.accept(server);
        session.send(session.expect("l", "k", "60 10") + " ok T1 10 7");
        var lease = waiting.join();

        assertThat(waiting.cancel(true)).isFalse();
        assertThat(waiting.complete(Optional.empty())).isFalse();

        assertThat(lease.orElseThrow().isValid()).isTrue();
    }

    @Test
    void grantThatWaitsForABusyExecutorIsGivenBack() {
        var tasks = new LinkedBlockingQueue<Runnable>();
        try (var busy = DflockdClient.builder().server(server.address()).callbackExecutor(tasks::add).build()) {
            var waiting = busy.lock("k").acquireAsync(WAIT);
            var session = TaggedPeer.accept(server);
            session.send(session.expect("l", "k", "60") + " ok T1 10 7");
            eventually(() -> busy.metrics().leases().held() == 1);

            waiting.cancel(false);

            session.send(session.expect("r", "k", "T1") + " ok");
            server.close();
        }
    }

    private void expectGivenUp(CompletableFuture<?> waiting, Leaving way, String acquire, String release) {
        var session = TaggedPeer.accept(server);
        var tag = session.expect(acquire, "k", "60 10");

        way.leave(waiting);

        var cancel = session.expect("cancel", "_", tag.substring(1)); // the place is left at once
        session.send(tag + " ok T1 10 7").send(cancel + " ok");
        session.send(session.expect(release, "k", "T1") + " ok");
    }

    /** The place may be left before the grant comes: then the one gives up a place, the other a hold. */
    private static void expectBothEnds(TaggedPeer session) {
        var first = session.expectAny();
        var second = first.get(0).equals("r") ? first : session.expectAny();
        assertThat(second).isEqualTo(List.of("r", "k", "T1"));
    }
}
