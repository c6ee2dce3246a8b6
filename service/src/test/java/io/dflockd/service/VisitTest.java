package io.dflockd.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Tag;
import io.dflockd.protocol.Verb;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Login;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.DirectJournal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.driver.LaggingJournal;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.service.visit.GoneException;
import io.dflockd.service.visit.InvalidRequestException;
import io.dflockd.service.visit.Visit;
import io.dflockd.service.visit.VisitorDesk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who has no connection is given nothing that he could lose, and keeps nothing when he has left. */
class VisitTest {
    private final ServerCounters counters = new ServerCounters();
    private final RequestHandler handler = handler(
            (applier, lock) -> new DirectJournal(applier, lock, () -> 1, DirectClient::atOnce));
    private final ArrayDeque<Runnable> due = new ArrayDeque<>();
    /** What is due later. */
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();
    private final VisitorDesk desk = new VisitorDesk(this::schedule, 100);
    private final DirectClient client = new DirectClient(handler);

    VisitTest() {
        desk.serve(handler);
    }

    private RequestHandler handler(EngineDriver.JournalFactory journals) {
        var driver = new EngineDriver(
                new Engine(new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000), 1),
                new Replies(1 << 20), () -> 1, DirectClient::atOnce, failure -> {}, () -> {}, journals);
        return new RequestHandler(
                new ServiceSettings(30_000, true, 60_000, 10, 1 << 20, 65_536, 20_000),
                driver,
                Identities.none(),
                counters,
                new Gate(counters, 0, 0, 0, () -> 1, DirectClient::atOnce),
                AuditTrail.none());
    }

    private Alarm.Planned schedule(Runnable task, long delayNanos) {
        (delayNanos == 0 ? due : later).add(task);
        return () -> {};
    }

    private Visit visit() {
        return desk.open(Login.OF_ANYBODY, false, null, "test").orElseThrow();
    }

    private CompletableFuture<Reply> ask(Visit visit, Verb verb, String key, String argument) {
        var answer = visit.ask(verb, key, argument).toCompletableFuture();
        runAll();
        return answer;
    }

    private void leave(Visit visit) {
        visit.leave();
        runAll();
    }

    private void runAll() {
        while (!due.isEmpty()) {
            due.remove().run();
        }
    }

    @Test
    void aPoppedValueThatWasNotDeliveredGoesBack() {
        client.ask("rpush", "q", "a");
        client.ask("rpush", "q", "b");
        var visit = visit();

        assertThat(ask(visit, Verb.LPOP, "q", "")).isCompletedWithValue(new Reply.Text("a"));
        leave(visit);

        assertThat(client.ask("lrange", "q", "0 -1")).isEqualTo("ok [\"a\",\"b\"]");
        var other = visit();
        assertThat(ask(other, Verb.LPOP, "q", "")).isCompletedWithValue(new Reply.Text("a"));
        other.delivered();
        leave(other);
        assertThat(client.ask("lrange", "q", "0 -1")).isEqualTo("ok [\"b\"]");
    }

    @Test
    void aGrantThatWasNotDeliveredGoesToTheNextAlsoWhereItWasKept() {
        var visit = visit();
        var granted = (Reply.Granted) ask(visit, Verb.LOCK, "k", "0 60").join();
        assertThat(ask(visit, Verb.KEEP, "k", granted.token() + " 60").join()).isInstanceOf(Reply.Renewed.class);
        assertThat(client.ask("e", "k", "")).isEqualTo("queued");

        leave(visit);

        assertThat(client.ask("w", "k", "0")).startsWith("ok ");
    }

    @Test
    void whatWasKeptAndDeliveredStays() {
        var visit = visit();
        var granted = (Reply.Granted) ask(visit, Verb.LOCK, "k", "0 60").join();
        ask(visit, Verb.KEEP, "k", granted.token() + " 60").join();
        visit.delivered();

        leave(visit);

        assertThat(client.ask("l", "k", "0")).isEqualTo("timeout");
        assertThat(client.ask("r", "k", granted.token())).isEqualTo("ok");
    }

    @Test
    void whatWasNotKeptEndsWithTheVisit() {
        var visit = visit();
        ask(visit, Verb.LOCK, "k", "0 60").join();
        visit.delivered();

        leave(visit);
        leave(visit);

        assertThat(client.ask("l", "k", "0")).startsWith("ok ");
    }

    @Test
    void whoLeavesWaitsNoMore() {
        var token = client.ask("l", "k", "0 60").split(" ", -1)[1];
        var visit = visit();
        var answer = ask(visit, Verb.LOCK, "k", "30");
        assertThat(answer).isNotDone();

        leave(visit);

        assertThat(answer).isCompletedExceptionally();
        assertThatThrownBy(answer::join).hasCauseInstanceOf(GoneException.class);
        assertThatThrownBy(ask(visit, Verb.PING, "", "")::join).hasCauseInstanceOf(GoneException.class);
        client.ask("r", "k", token);
        assertThat(client.ask("l", "k", "0")).startsWith("ok ");
    }

    @Test
    void whatIsNoRequestIsRefusedBeforeAnybodySeesIt() {
        var visit = visit();

        for (var key : new String[]{"", "a b", "a\nb", "a\rb", "k".repeat(257)}) {
            assertThatThrownBy(() -> ask(visit, Verb.KGET, key, "")).as(key)
                    .isInstanceOf(InvalidRequestException.class);
        }
        assertThatThrownBy(() -> ask(visit, Verb.KSET, "k", "v".repeat(101)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("a key has at most 256 bytes, and a value at most 100");
        assertThatThrownBy(() -> ask(visit, Verb.KSET, "k", "a\nkset\nk\nb"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("line feed");
        assertThat(client.ask("kget", "k", "")).isEqualTo("nil");
    }

    @Test
    void nothingLongerThanThereIsRoomForIsMade() {
        for (int i = 0; i < 4000; i++) {
            client.ask("rpush", "q", "x".repeat(90));
        }

        assertThat(ask(visit(), Verb.LRANGE, "q", "0 -1")).isCompletedWithValue(new Reply.Word(Status.ERROR_TOO_LARGE));
        assertThat(ask(visit(), Verb.LRANGE, "q", "0 999").join()).isInstanceOf(Reply.Text.class);
    }

    @Test
    void aPoppedValueThatIsTooLongToBeToldGoesBack() {
        handler.handle(client.caller, Tag.NONE, new Request.Push(Verb.RPUSH, "q", "x".repeat(256 * 1024)));
        client.ask("rpush", "q", "b");
        var visit = visit();

        assertThat(ask(visit, Verb.LPOP, "q", "")).isCompletedWithValue(new Reply.Word(Status.ERROR_TOO_LARGE));
        visit.delivered(); // that it is too long
        leave(visit);

        assertThat(client.ask("llen", "q", "")).isEqualTo("ok 2");
        assertThat(client.ask("rpop", "q", "")).isEqualTo("ok b");
    }

    @Test
    void whatWasGivenAfterTheServerStoppedAnsweringGoesBack() {
        client.ask("rpush", "q", "a");
        var visit = visit();
        var answer = visit.ask(Verb.LPOP, "q", "").toCompletableFuture();

        closeInTime();
        assertThat(answer).isCompletedExceptionally();
        visit.delivered(); // that it is not known
        leave(visit);

        assertThat(client.ask("llen", "q", "")).isEqualTo("ok 1");
        assertThat(desk.open(Login.OF_ANYBODY, false, null, "test")).isEmpty();
    }

    @Test
    void whatWasAnsweredWhenTheServerStopsIsDelivered() {
        client.ask("rpush", "q", "a");
        var visit = visit();

        assertThat(ask(visit, Verb.LPOP, "q", "")).isCompletedWithValue(new Reply.Text("a"));
        closeInTime();
        visit.delivered();
        leave(visit);

        assertThat(client.ask("llen", "q", "")).isEqualTo("ok 0");
    }

    @Test
    void whoLeavesBeforeItIsDecidedMakesRoomWhenItIsAndLosesNothing() {
        var journals = new ArrayList<LaggingJournal>();
        var lagging = handler((applier, lock) -> {
            journals.add(new LaggingJournal(applier));
            return journals.getFirst();
        });
        var journal = journals.getFirst();
        var owner = new DirectClient(lagging);
        owner.ask("rpush", "q", "a");
        journal.applyAll();
        var slow = new VisitorDesk(this::schedule, 100);
        slow.serve(lagging);
        var visit = slow.open(Login.OF_ANYBODY, false, null, "test").orElseThrow();
        var answer = ask(visit, Verb.LPOP, "q", "");
        for (int i = 0; i < 31; i++) {
            assertThat(slow.open(Login.OF_ANYBODY, false, null, "test")).isPresent();
        }
        assertThat(answer).as("it is about to be answered").isNotDone();

        leave(visit);
        lookAgain();
        assertThat(slow.open(Login.OF_ANYBODY, false, null, "test")).as("not decided yet").isEmpty();
        journal.applyAll();
        lookAgain();

        assertThat(slow.open(Login.OF_ANYBODY, false, null, "test")).isPresent();
        int before = owner.receiver.lines.size();
        owner.ask("lrange", "q", "0 -1");
        journal.applyAll();
        assertThat(owner.receiver.lines.get(before)).isEqualTo("ok [\"a\"]");
    }

    private void lookAgain() {
        for (int left = later.size(); left > 0; left--) {
            later.remove().run();
            runAll();
        }
    }

    /** Whoever closes waits for those who are here; this thread does not, as it has to do what is due. */
    private void closeInTime() {
        Thread.currentThread().interrupt();
        desk.close(0);
        assertThat(Thread.interrupted()).isTrue();
        runAll();
    }

    @Test
    void whoDoesNotTakeWhatHeListensToIsEnded() {
        var visit = visit();
        ask(visit, Verb.LISTEN, "news", "").join();
        int told = 0;
        while (client.ask("signal", "news", "x").equals("ok 1")) {
            told++;
            runAll();
        }

        assertThat(told).isEqualTo(1025); // the one too many was still sent to him
        assertThat(visit.isOver()).isFalse();
        for (int i = 0; i < 1024; i++) {
            assertThat(visit.nextPush()).contains(new Push.Signal("news", "x"));
        }
        assertThat(visit.nextPush()).isEmpty();
        assertThat(visit.isOver()).isTrue();
    }

    @Test
    void whoStaysForAWhileLeavesRoomForTheOthers() {
        var waiting = IntStream.range(0, 24)
                .mapToObj(i -> desk.open(Login.OF_ANYBODY, true, null, "test").orElseThrow())
                .toList();
        assertThat(desk.open(Login.OF_ANYBODY, true, null, "test")).isEmpty();
        for (int i = 0; i < 8; i++) {
            assertThat(desk.open(Login.OF_ANYBODY, false, null, "test")).isPresent();
        }
        assertThat(desk.open(Login.OF_ANYBODY, false, null, "test")).isEmpty();

        waiting.forEach(this::leave);

        assertThat(desk.open(Login.OF_ANYBODY, true, null, "test")).isPresent();
    }

    @Test
    void thereAreNeverManyOfThemAndNoneBeforeAnythingIsServed() {
        var early = new VisitorDesk(DirectClient::atOnce, 100);
        assertThat(early.open(Login.OF_ANYBODY, false, null, "test")).isEmpty();
        assertThat(early.isServing()).isFalse();
        var visits = new ArrayList<>(IntStream.range(0, 32).mapToObj(i -> visit()).toList());
        assertThat(desk.open(Login.OF_ANYBODY, false, null, "test")).isEmpty();

        leave(visits.getFirst());
        leave(visits.getFirst());

        assertThat(desk.open(Login.OF_ANYBODY, false, null, "test")).isPresent();
        assertThat(desk.open(Login.OF_ANYBODY, false, null, "test")).isEmpty();
    }
}
