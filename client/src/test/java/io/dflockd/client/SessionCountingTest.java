package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.AnswerTooLargeException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.TooManyRequestsException;
import io.dflockd.client.spi.ClientObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a session numbers its requests, counts its answers and goes on, line by line, in time that the test moves. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionCountingTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final int TOO_LONG = ConnectionOptions.defaults().maxResponseBytes() + 1;

    private final ManualTime time = new ManualTime();
    private final FakeServer server = new FakeServer();
    private final DflockdClient client = builder().build();
    private TaggedPeer session;

    @AfterEach
    void close() {
        server.close();
        time.closing(client::close);
    }

    @Test
    void numbersCountFromOneInTheOrderOfWriting() {
        var first = increment();
        session = TaggedPeer.accept(server);
        assertThat(session.expect("incr", "c", "1")).isEqualTo("@1");
        var second = increment();
        assertThat(session.expect("incr", "c", "1")).isEqualTo("@2");

        session.send("@1 ok 1").send("@2 ok 2");

        assertThat(first.join()).isEqualTo(1);
        assertThat(second.join()).isEqualTo(2);
    }

    @Test
    void requestThatIsWithdrawnBeforeItIsWrittenHasNoNumber() {
        begin();
        session.reset();
        eventually(() -> client.metrics().connections().open() == 0);
        var withdrawn = client.lists().popLeftAsync("q", LONG);
        var kept = increment();
        withdrawn.cancel(false);

        reconnect(1);

        assertThat(session.expect("incr", "c", "1")).isEqualTo("@2");
        session.send("@2 ok 2");
        assertThat(kept.join()).isEqualTo(2);
    }

    @Test
    void onlyWhatTheServerHasNotTakenIsWrittenAgain() {
        begin();
        var taken = increment();
        session.expect("incr", "c", "1");
        var lost = increment();
        session.expect("incr", "c", "1");
        session.forgets(1).reset();

        reconnect(1);

        assertThat(session.expect("incr", "c", "1")).isEqualTo("@3");
        session.send("@2 ok 2").send("@3 ok 3");
        assertThat(taken.join()).isEqualTo(2);
        assertThat(lost.join()).isEqualTo(3);
    }

    @Test
    void answerMayComeBeforeItsRequestIsWrittenAgain() {
        begin();
        var asked = increment();
        session.expect("incr", "c", "1");
        session.reset();

        reconnect(1);
        session.send("@2 ok 7");

        assertThat(asked.join()).isEqualTo(7);
    }

    @Test
    void ownCancelIsWrittenAgainUnderItsNumber() {
        begin();
        var popping = client.lists().popLeftAsync("q", LONG);
        session.expect("blpop", "q", "10");
        popping.cancel(false);
        session.expect("cancel", "_", "2");
        session.forgets(1).reset();

        reconnect(1);

        assertThat(session.expect("cancel", "_", "2")).isEqualTo("@3");
    }

    @Test
    void answersOfAFormerConnectionAreNotCounted() {
        begin();
        var asked = increment();
        session.expect("incr", "c", "1");
        session.sendRaw("@2 ok").reset();

        reconnect(1);
        session.send("@2 ok 2");

        assertThat(asked.join()).isEqualTo(2);
    }

    @Test
    void nothingNumberedIsWrittenBeforeTheSessionIsResumed() {
        begin();
        session.reset();
        var asked = increment();
        afterBackoff();
        session = TaggedPeer.greet(server, "");
        session.expectName("1");
        var unasked = CompletableFuture.runAsync(() -> session.expect("incr", "c", "1"));
        assertThat(unasked).isNotDone();

        session.send("ok resumed 10 1");

        unasked.join();
        session.send("@2 ok 2");
        assertThat(asked.join()).isEqualTo(2);
    }

    @Test
    void nextRequestSaysWhatWasReceived() {
        begin();
        var unused = increment();
        session.expect("incr", "c", "1");
        var unusedToo = increment();
        session.expect("incr", "c", "1");

        assertThat(session.receipts()).containsExactly("1");
    }

    @Test
    void answersAreAcknowledgedAfterASecondAtTheLatest() {
        begin();

        time.advance(Duration.ofSeconds(1));

        session.expectReceipt(1);
    }

    @Test
    void everyThousandthAnswerIsAcknowledgedAtOnce() {
        begin();
        var all = new ArrayList<CompletableFuture<Long>>();
        for (int i = 0; i < 1_023; i++) {
            all.add(increment());
            session.expect("incr", "c", "1");
        }
        for (int i = 2; i <= 1_024; i++) {
            session.send("@" + i + " ok 1");
        }
        all.forEach(CompletableFuture::join);
        all.clear();
        for (int i = 0; i < 1_023; i++) {
            all.add(increment());
        }
        for (int i = 0; i < 1_023; i++) {
            session.expect("incr", "c", "1");
        }
        for (int i = 1_025; i <= 2_047; i++) {
            session.send("@" + i + " ok 1");
        }
        all.forEach(CompletableFuture::join);

        var counted = increment();
        session.expect("incr", "c", "1");
        session.send("@2048 ok 1");
        counted.join();
        assertThat(session.receipts()).hasSizeLessThan(6).contains("1");
    }

    @Test
    void longAnswersAreAcknowledgedAtOnce() {
        begin();
        var value = "v".repeat(128 * 1024);
        var one = client.values().getAsync("k");
        session.expect("kget", "k", "");
        var other = client.values().getAsync("k");
        session.expect("kget", "k", "");

        session.send("@2 ok " + value).send("@3 ok " + value);

        assertThat(one.join()).contains(value);
        assertThat(other.join()).contains(value);
        session.expectReceipt(3);
    }

    @Test
    void poppedValueIsAcknowledgedBeforeItIsHandedOver() {
        begin();
        var popped = client.lists().popLeftAsync("q").thenCompose(value -> increment());
        session.expect("lpop", "q", "");

        session.send("@2 ok x");

        session.expectReceipt(2);
        assertThat(session.expect("incr", "c", "1")).isEqualTo("@3");
        assertThat(session.receipts()).containsExactly("1"); // which came with the pop
        session.send("@3 ok 2");
        assertThat(popped.join()).isEqualTo(2);
    }

    /** Whatever comes behind it in the same packet. */
    @Test
    void poppedValueIsAcknowledgedBeforeTheNextAnswerIsDealtWith() throws Exception {
        var seen = new CountDownLatch(1);
        var holdsUp = new ClientObserver() {
            @Override
            public void began(Lease lease) {
                try {
                    assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
        try (var observed = builder().observer(holdsUp).build()) {
            var popped = observed.lists().popLeftAsync("q");
            session = TaggedPeer.accept(server);
            session.expect("lpop", "q", "");
            var locked = observed.lock("k").tryAcquireAsync(Duration.ZERO);
            session.expect("l", "k", "0");
            var waits = observed.lists().popLeftAsync("other", LONG); // so that the server has something to do
            session.expect("blpop", "other", "10");

            session.send("@1 ok x\n@2 ok 0000000000000007aabb 30 7");

            session.expectReceipt(1);
            assertThat(popped.join()).contains("x");
            assertThat(locked.isDone()).isFalse();
            assertThat(waits.isDone()).isFalse();
            seen.countDown();
            assertThat(locked.join()).isPresent();
            server.close();
            time.closing(observed::close);
        }
    }

    @Test
    void windowHoldsBackWhatIsTooFarAboveWhatWasReceived() {
        begin("window=4");
        var all = new ArrayList<CompletableFuture<Long>>();
        for (int i = 0; i < 4; i++) {
            all.add(increment());
            session.expect("incr", "c", "1");
        }
        assertThatThrownBy(increment()::join).cause().isInstanceOf(TooManyRequestsException.class);

        session.send("@2 ok 1").send("@3 ok 1");
        all.get(1).join();
        var next = increment();

        assertThat(session.expect("incr", "c", "1")).isEqualTo("@6");
        session.send("@4 ok 1").send("@5 ok 1").send("@6 ok 1");
        assertThat(next.join()).isEqualTo(1);
    }

    @Test
    void halfOfTheWindowIsForRequestsThatDoNotWait() {
        begin("window=4");
        var waits = List.of(client.lists().popLeftAsync("q", LONG), client.lists().popLeftAsync("q", LONG));
        session.expect("blpop", "q", "10");
        session.expect("blpop", "q", "10");

        assertThatThrownBy(client.lists().popLeftAsync("q", LONG)::join).cause()
                .isInstanceOf(TooManyRequestsException.class)
                .hasMessageContaining("half");
        var other = increment();
        session.send(session.expect("incr", "c", "1") + " ok 2");
        assertThat(other.join()).isEqualTo(2);
        waits.get(0).cancel(false);
        session.expect("cancel", "_", "2");
    }

    @Test
    void nameThatIsRefusedIsGivenUpForAnotherWithWhatTheSessionHad() {
        begin();
        var unsure = increment();
        session.expect("incr", "c", "1");
        session.reset();
        eventually(() -> client.metrics().connections().open() == 0);
        var later = client.counters().incrementAsync("later", 1);
        afterBackoff();

        session = TaggedPeer.greet(server, "");
        var former = session.expectName("1");
        session.send("error");
        assertThat(session.expectName("0")).isNotEqualTo(former);
        session.send("ok new 10");

        assertThatThrownBy(unsure::join).cause().isInstanceOf(ConnectionLostException.class);
        assertThat(session.expect("incr", "later", "1")).isEqualTo("@1");
        session.send("@1 ok 1");
        assertThat(later.join()).isEqualTo(1);
        assertThat(client.metrics().connections().sessionsLost()).isEqualTo(1);
    }

    @Test
    void serverThatTakesNoNameIsUsedWithoutSessions() {
        var asked = increment();
        session = TaggedPeer.greet(server, "");
        session.expectName("0");
        session.send("error");
        session.expectName("0");
        session.send("error");

        var own = server.accept().expect("incr", "c", "1").send("ok 1");

        assertThat(asked.join()).isEqualTo(1);
        session.expectEnd();
        own.close();
    }

    @Test
    void sessionThatIsRefusedForGoodGivesWayToConnections() {
        begin();
        var unsure = increment();
        session.expect("incr", "c", "1");
        session.reset();
        afterBackoff();
        session = TaggedPeer.greet(server, "");
        session.expectName("1");
        session.send("error");
        session.expectName("0");
        session.send("error");
        session.expectEnd();
        assertThatThrownBy(unsure::join).cause().isInstanceOf(ConnectionLostException.class);

        var asked = increment();

        server.accept().expect("incr", "c", "1").send("ok 1");
        assertThat(asked.join()).isEqualTo(1);
    }

    @Test
    void oldServersSessionsAreNotUsed() {
        var asked = increment();
        session = TaggedPeer.greet(server, "");
        session.expectName("0");
        session.send("ok new");
        session.expectName("0");
        session.send("error");

        server.accept().expect("incr", "c", "1").send("ok 1");
        assertThat(asked.join()).isEqualTo(1);
    }

    @Test
    void drainingServerIsToldTheSameAgain() {
        begin();
        var asked = increment();
        session.expect("incr", "c", "1");
        session.reset();
        afterBackoff();
        var draining = TaggedPeer.greet(server, "");
        var name = draining.expectName("1");
        draining.send("error_draining");
        draining.expectEnd();
        afterBackoff();

        session = TaggedPeer.greet(server, "");

        assertThat(session.expectName("1")).isEqualTo(name);
        session.send("ok resumed 10 2").send("@2 ok 2");
        assertThat(asked.join()).isEqualTo(2);
    }

    @Test
    void requestsThatWereNeverWrittenMeanThatTheNameIsAnothers() {
        begin();
        session.reset();
        afterBackoff();
        var others = TaggedPeer.greet(server, "");
        var name = others.expectName("1");
        others.send("ok resumed 10 9");
        others.expectEnd();
        afterBackoff();

        session = TaggedPeer.greet(server, "");

        assertThat(session.expectName("0")).isNotEqualTo(name);
        session.send("ok new 10");
        var asked = increment();
        session.send(session.expect("incr", "c", "1") + " ok 1");
        assertThat(asked.join()).isEqualTo(1);
    }

    @Test
    void answerWithoutARequestEndsTheSessionBecauseNobodyCanCountOn() {
        begin();
        session.send("@7 ok 1");
        session.expectEnd();
        afterBackoff();

        session = TaggedPeer.greet(server, "");

        session.expectName("1");
        session.send("ok new 10");
        var asked = increment();
        assertThat(session.expect("incr", "c", "1")).isEqualTo("@1");
        session.send("@1 ok 1");
        assertThat(asked.join()).isEqualTo(1);
    }

    @Test
    void connectionThatIsClosedSoonAfterTheResumptionIsNotReplacedAtOnce() {
        begin();
        session.reset();
        reconnect(1);
        session.reset();
        eventually(() -> client.metrics().connections().open() == 0);

        var asked = increment();
        assertThat(client.metrics().connections().opened()).isEqualTo(2);

        reconnect(1);
        session.send(session.expect("incr", "c", "1") + " ok 2");
        assertThat(asked.join()).isEqualTo(2);
    }

    @Test
    void answerThatIsTooLongIsCountedAndFailsItsRequestOnly() {
        begin();
        var read = client.values().getAsync("k");
        session.send(session.expect("kget", "k", "") + " ok " + "v".repeat(TOO_LONG));
        assertThatThrownBy(read::join).cause().isInstanceOf(AnswerTooLargeException.class);

        session.expectReceipt(2);
        var asked = increment();
        session.send(session.expect("incr", "c", "1") + " ok 1");
        assertThat(asked.join()).isEqualTo(1);
    }

    private void begin() {
        begin("");
    }

    /** A session whose first request is answered. */
    private void begin(String settings) {
        var first = increment();
        session = TaggedPeer.accept(server, settings);
        session.send(session.expect("incr", "c", "1") + " ok 1");
        assertThat(first.join()).isEqualTo(1);
    }

    /** The client comes again to go on, with so many answers received. */
    private void reconnect(int received) {
        afterBackoff();
        session = TaggedPeer.resume(server, session, received);
    }

    private void afterBackoff() {
        time.advanceToAlarmWithin(Duration.ofMillis(200));
    }

    private CompletableFuture<Long> increment() {
        return client.counters().incrementAsync("c", 1);
    }

    private DflockdClient.Builder builder() {
        return DflockdClient.builder().server(server.address()).time(time);
    }
}
