package io.dflockd.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.order.Applier;
import io.dflockd.engine.order.Journal;
import io.dflockd.protocol.Request;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.DirectJournal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.driver.LaggingJournal;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is answered without the engine has its place among the untagged answers of its connection. */
@Timeout(60)
class HeldBackTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Request PING = new Request.Ping();

    private @Nullable LaggingJournal lagging;

    @Test
    void itWaitsForWhatIsUnderWayAndIsWokenThen() {
        var handler = handler(this::lagging);
        var client = new DirectClient(handler);
        client.ask("incr", "k", "1", "incr", "k", "1");
        assertThat(handler.isHeldBack(client.caller, PING)).isTrue();
        lagging().applyOne();
        assertThat(client.receiver.expecting).as("one is under way still").isFalse();

        lagging().applyOne();

        assertThat(handler.isHeldBack(client.caller, PING)).isFalse();
        assertThat(client.receiver.lines).containsExactly("ok 1", "ok 2");
        assertThat(client.receiver.expecting).as("it may have looked between the answer and the end").isTrue();
    }

    @Test
    void nobodyIsWokenWhoHoldsNothingBack() {
        var handler = handler(this::lagging);
        var client = new DirectClient(handler);
        client.ask("incr", "k", "1");
        lagging().applyAll();
        assertThat(client.receiver.expecting).isFalse();
    }

    /** They have no answer that would wake it. */
    @Test
    void whoHasTooMuchUnderWayIsWokenAlsoWhereAllOfItWaits() {
        var handler = handler(this::lagging);
        new DirectClient(handler).ask("l", "k", "0");
        lagging().applyAll();
        var client = new DirectClient(handler);
        for (int i = 0; i < 1024; i++) {
            client.ask("@" + i + " l", "k", "10");
        }
        assertThat(handler.isBusy(client.caller)).isTrue();

        lagging().applyAll();

        assertThat(handler.isBusy(client.caller)).isFalse();
        assertThat(client.receiver.lines).as("all wait").isEmpty();
        assertThat(client.receiver.expecting).isTrue();
    }

    @Test
    void whoIsHeldBackByAFullLogIsWokenAlsoWhereItWaits() {
        var handler = handler(this::lagging);
        new DirectClient(handler).ask("l", "k", "0");
        lagging().applyAll();
        var client = new DirectClient(handler);
        client.ask("@1 l", "k", "10");
        lagging().full(true);
        assertThat(handler.isBusy(client.caller)).isTrue();

        lagging().applyAll();

        assertThat(client.receiver.lines).as("it waits").isEmpty();
        assertThat(client.receiver.expecting).isTrue();
    }

    @Test
    void whoHasNothingOnItsWayWaitsForRoomAndIsWokenForIt() {
        var handler = handler(this::lagging);
        var busy = new DirectClient(handler);
        busy.ask("incr", "k", "1");
        lagging().full(true);
        var first = new DirectClient(handler);
        assertThat(handler.isBusy(first.caller)).isTrue();
        lagging().applyOne();
        assertThat(first.receiver.expecting).as("it is full still").isFalse();

        busy.ask("incr", "k", "1");
        lagging().full(false);
        lagging().applyOne();

        assertThat(first.receiver.expecting).isTrue();
        assertThat(handler.isBusy(first.caller)).isFalse();
    }

    @Test
    void thoseWhoWaitForRoomHaveItInTheOrderInWhichTheyCame() {
        var planned = new ArrayDeque<Runnable>();
        var handler = handler(this::lagging, (task, delay) -> {
            planned.add(task);
            return () -> {};
        });
        var busy = new DirectClient(handler);
        busy.ask("incr", "k", "1");
        lagging().full(true);
        var waiting = new ArrayList<DirectClient>();
        for (int i = 0; i < 50; i++) {
            var client = new DirectClient(handler);
            assertThat(handler.isBusy(client.caller)).isTrue();
            waiting.add(client);
        }
        handler.disconnected(waiting.removeFirst().caller);
        lagging().full(false);
        var late = new DirectClient(handler);
        assertThat(handler.isBusy(late.caller)).as("others were there before").isTrue();
        waiting.add(late);

        planned.remove().run();
        assertThat(waiting.stream().filter(client -> client.receiver.expecting).toList())
                .isEqualTo(waiting.subList(0, 32));
        lagging().full(true);
        waiting.forEach(client -> {
            client.receiver.expecting = false;
            assertThat(handler.isBusy(client.caller)).isTrue();
        });
        while (!planned.isEmpty()) {
            planned.remove().run();
        }
        lagging().full(false);
        lagging().applyAll();
        planned.remove().run();
        assertThat(waiting.stream().filter(client -> client.receiver.expecting).toList())
                .as("those who had been woken were still the first")
                .isEqualTo(waiting.subList(0, 32));
        for (int i = 0; i < 32; i++) {
            assertThat(handler.isBusy(waiting.get(i).caller)).isFalse();
        }
        planned.remove().run();
        assertThat(waiting).allMatch(client -> client.receiver.expecting);
        assertThat(waiting).noneMatch(client -> handler.isBusy(client.caller));
        assertThat(planned).isEmpty();
    }

    @Test
    void whoEndsWhenItsLastIsDecidedIsWokenAlsoWhereThatWaits() {
        var handler = handler(this::lagging);
        new DirectClient(handler).ask("l", "k", "0");
        lagging().applyAll();
        var client = new DirectClient(handler);
        client.ask("@1 l", "k", "10");
        assertThat(client.caller.isWorkedFor()).isTrue();

        lagging().applyAll();

        assertThat(client.caller.isWorkedFor()).isFalse();
        assertThat(client.receiver.expecting).isTrue();
    }

    /** Another thread grants what it waited for, and stands still before the receiver has that. */
    @Test
    void itDoesNotPassAGrantThatIsOnItsWay() throws Exception {
        var handler = handler((applier, lock) -> new DirectJournal(applier, lock, () -> 1, DirectClient::atOnce));
        var holder = new DirectClient(handler);
        var token = holder.ask("l", "k", "0").split(" ", -1)[1];
        var waiting = new DirectClient(handler);
        waiting.ask("l", "k", "10");
        assertThat(handler.isHeldBack(waiting.caller, PING)).isTrue();
        var isTold = new CountDownLatch(1);
        var goesOn = new CountDownLatch(1);
        waiting.receiver.beforeReply = () -> {
            isTold.countDown();
            await(goesOn);
        };

        var release = Thread.ofPlatform().start(() -> holder.ask("r", "k", token));
        await(isTold);
        assertThat(handler.isHeldBack(waiting.caller, PING)).as("it waits no more").isFalse();
        var ping = Thread.ofPlatform().start(() -> waiting.ask("ping", "_", ""));
        Eventually.await("the ping waits or is answered", LONG,
                () -> ping.getState() == Thread.State.WAITING || !ping.isAlive());
        goesOn.countDown();
        release.join();
        ping.join();

        assertThat(waiting.receiver.lines).hasSize(2);
        assertThat(waiting.receiver.lines.get(0)).startsWith("ok ");
        assertThat(waiting.receiver.lines.get(1)).isEqualTo("ok");
    }

    private Journal lagging(Applier applier, ReentrantLock ignoredAsOneThreadAsks) {
        lagging = new LaggingJournal(applier);
        return lagging;
    }

    private LaggingJournal lagging() {
        return Objects.requireNonNull(lagging);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static RequestHandler handler(EngineDriver.JournalFactory journals) {
        return handler(journals, DirectClient::atOnce);
    }

    private static RequestHandler handler(EngineDriver.JournalFactory journals, Alarm alarm) {
        var counters = new ServerCounters();
        var limits = new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000);
        var driver = new EngineDriver(
                new Engine(limits, 1), new Replies(1 << 20), () -> 1, alarm, failure -> {}, () -> {},
                journals);
        return new RequestHandler(
                new ServiceSettings(30_000, 10, 1 << 20, 65_536, 20_000, LimitNames.none()), driver,
                Identities.none(), counters, new Gate(counters, 0, 0, 0, () -> 1, DirectClient::atOnce),
                AuditTrail.none());
    }
}
