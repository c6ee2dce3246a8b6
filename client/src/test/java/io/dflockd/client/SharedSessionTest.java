package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pops and barriers over the one session of a client, with a server that answers at the worst moment. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedSessionTest {
    private final FakeServer server = new FakeServer();
    private final DflockdClient client = DflockdClient.connect(server.address());

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    @Test
    void popThatWaitsGoesOverTheSharedConnection() {
        var popping = client.lists().popLeftAsync("q", Duration.ofSeconds(10));
        var session = TaggedPeer.accept(server);
        var tag = session.expect("blpop", "q", "10");
        var counting = client.counters().incrementAsync("c", 1);
        session.send(session.expect("incr", "c", "1") + " ok 1").send(tag + " ok x");

        assertThat(counting.join()).isEqualTo(1);
        assertThat(popping.join()).contains("x");
    }

    @Test
    void cancelledPopEndsItsWaitAtTheServer() {
        var popping = client.lists().popLeftAsync("q", Duration.ofSeconds(10));
        var session = TaggedPeer.accept(server);
        var tag = session.expect("blpop", "q", "10");

        popping.cancel(false);

        var cancel = session.expect("cancel", "_", tag.substring(1));
        session.send(tag + " nil").send(cancel + " ok");
    }

    @Test
    void interruptedPopEndsItsWaitAtTheServer() throws Exception {
        var outcome = new CompletableFuture<Exception>();
        var thread = new Thread(() -> {
            try {
                var unused = client.lists().popRight("q", Duration.ofSeconds(10));
            } catch (Exception e) {
                outcome.complete(e);
            }
        });
        thread.start();
        var session = TaggedPeer.accept(server);
        var tag = session.expect("brpop", "q", "10");

        thread.interrupt();

        session.expect("cancel", "_", tag.substring(1));
        assertThat(outcome.join()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void valueThatWinsTheRaceAgainstTheCancelGoesBackToTheEndItCameFrom() {
        var popping = client.lists().popRightAsync("q", Duration.ofSeconds(10));
        var session = TaggedPeer.accept(server);
        var tag = session.expect("brpop", "q", "10");

        popping.cancel(false);
        var cancel = session.expect("cancel", "_", tag.substring(1));
        session.send(tag + " ok precious").send(cancel + " ok");

        session.send(session.expect("rpush", "q", "precious") + " ok 1");
    }

    @Test
    void valueOfAPopThatDoesNotWaitGoesBackAfterItsCancelling() {
        var popping = client.lists().popLeftAsync("q");
        var session = TaggedPeer.accept(server);
        var tag = session.expect("lpop", "q", "");

        popping.cancel(false);
        session.send(tag + " ok precious");

        session.send(session.expect("lpush", "q", "precious") + " ok 1");
    }

    @Test
    void closingTheClientPutsAValueBackThatIsOnItsWay() {
        var popping = client.lists().popLeftAsync("q", Duration.ofSeconds(10));
        var session = TaggedPeer.accept(server);
        var tag = session.expect("blpop", "q", "10");

        var closing = FakeServer.run(client::close);
        var cancel = session.expect("cancel", "_", tag.substring(1));
        session.send(tag + " ok precious");
        session.send(session.expect("lpush", "q", "precious") + " ok 1").send(cancel + " ok");
        session.expectUntagged("bye").send("ok");

        closing.join();
        assertThatThrownBy(popping::join).cause().hasMessageContaining("client is closed");
    }

    @Test
    void secondWaitAtABarrierIsAParticipantOfItsOwn() {
        var first = client.barriers().awaitAsync("b", 2, Duration.ofSeconds(10));
        var session = TaggedPeer.accept(server);
        var tag = session.expect("bwait", "b", "2 10");

        var second = client.barriers().awaitAsync("b", 2, Duration.ofSeconds(10));
        server.accept().expect("bwait", "b", "2 10").send("ok");
        session.send(tag + " ok");
        assertThat(List.of(first.join(), second.join())).containsOnly(true);

        var third = client.barriers().awaitAsync("b", 2, Duration.ofSeconds(10));
        session.send(session.expect("bwait", "b", "2 10") + " timeout");
        assertThat(third.join()).isFalse();
    }

    @Test
    void cancelledBarrierLeavesIt() {
        var waiting = client.barriers().awaitAsync("b", 2, Duration.ofSeconds(10));
        var session = TaggedPeer.accept(server);
        var tag = session.expect("bwait", "b", "2 10");

        waiting.cancel(false);

        session.expect("cancel", "_", tag.substring(1));
    }

    @Test
    void closingTheClientEndsWhatWaitsOverConnectionsOfTheirOwn() {
        try (var alone = DflockdClient.builder()
                .server(server.address())
                .sessionGrace(Duration.ZERO)
                .build()) {
            var popping = alone.lists().popLeftAsync("q", Duration.ofSeconds(10));
            var waiting = server.accept().expect("blpop", "q", "10");

            alone.close();

            waiting.expectEnd();
            assertThatThrownBy(popping::join).cause().hasMessageContaining("client is closed");
            eventually(popping::isDone);
        }
    }
}
