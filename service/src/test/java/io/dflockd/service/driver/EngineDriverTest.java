package io.dflockd.service.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Command;
import io.dflockd.engine.End;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.Mode;
import io.dflockd.engine.Outcome;
import io.dflockd.service.RecordingReceiver;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.Precious;
import io.dflockd.service.session.Replies;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EngineDriverTest {
    private static final Command LOCK = new Command.Acquire("key", Mode.PERMIT, 1, 60_000, 5_000, false);
    private static final Command PING = new Command.Ping();

    private final Engine engine = new Engine(
            new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000), 1);
    private final List<Throwable> failures = new ArrayList<>();
    private final List<Runnable> planned = new ArrayList<>();
    private long nanos = 1;
    private final EngineDriver driver = new EngineDriver(
            engine,
            new Replies(1 << 20),
            () -> 7,
            this::plan,
            failures::add,
            () -> {},
            (applier, lock) -> new DirectJournal(applier, lock, () -> nanos, this::plan));
    private final RecordingReceiver receiver = new RecordingReceiver();
    private final Caller caller = driver.open(receiver);
    private final RecordingReceiver otherReceiver = new RecordingReceiver();
    private final Caller other = driver.open(otherReceiver);

    private Alarm.Planned plan(Runnable task, long delayNanos) {
        planned.add(task);
        return () -> planned.remove(task);
    }

    /** No request makes such a command: it stands for a bug in the rules, in the middle of which the engine stops. */
    @SuppressWarnings("NullAway")
    private static Command broken() {
        return new Command.Increment(null, 1);
    }

    @Test
    void onceTheEngineHasFailedNothingIsAppliedAnyMore() {
        driver.submit(caller, "", LOCK);
        driver.submit(other, "1", LOCK);
        assertThat(receiver.lines).hasSize(1);
        assertThat(planned).isNotEmpty();

        nanos += TimeUnit.MILLISECONDS.toNanos(20);
        driver.submit(caller, "", broken());
        long failedAt = engine.nowMs();
        var census = engine.census();
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst()).isInstanceOf(EngineFailure.class)
                .hasMessageStartingWith("at 20 ms the engine failed at Action[")
                .hasMessageContaining("Increment[key=null, by=1]")
                .hasCauseInstanceOf(NullPointerException.class);

        nanos += TimeUnit.SECONDS.toNanos(100);
        driver.submit(other, "2", PING);
        driver.submit(other, 1, 0, PING);
        driver.cancel(other, "3", "1");
        driver.attach(other, "digest", 60_000, 0);
        driver.drain();
        List.copyOf(planned).forEach(Runnable::run);
        receiver.unsent.add(new Precious(new Outcome.Popped("list", End.LEFT, "value")));
        driver.disconnected(caller);
        driver.disconnected(other);

        assertThat(caller.isEnded()).as("who has gone is known to have gone").isTrue();
        assertThat(driver.catchUp(caller)).isFalse();
        assertThat(engine.nowMs()).as("nothing was applied, not even time").isEqualTo(failedAt);
        assertThat(engine.census()).as("no hold ended, no value went back").isEqualTo(census);
        assertThat(receiver.lines).hasSize(1);
        assertThat(otherReceiver.lines).as("who waited is not granted what may be another's").isEmpty();
        assertThat(failures).hasSize(1);
    }

    @Test
    void whatComesBetweenTheQuestionAndTheDrainageIsRefused() {
        driver.attach(other, "digest", 60_000, 0);
        driver.drain();

        driver.submit(caller, "", LOCK);
        driver.submit(caller, "1", LOCK);
        driver.cancel(caller, "2", "9");
        driver.attach(caller, "another", 60_000, 0);
        driver.submit(other, 1, 0, LOCK);

        assertThat(receiver.lines).containsExactly(
                "error_draining", "@1 error_draining", "@2 error_draining", "error_draining");
        assertThat(otherReceiver.lines).containsExactly("ok new 60", "@1 error_draining");
        assertThat(caller.isBlocked()).isFalse();
        assertThat(caller.tagsInFlight()).isZero();
        assertThat(engine.census().holds()).isZero();
    }

    @Test
    void whoCannotBeToldSomethingEndsAloneAndNobodyIsToldTwice() {
        driver.attach(caller, "digest", 60_000, 0);
        driver.submit(caller, 1, 0, PING);
        driver.submit(other, "", new Command.Listen("news", ""));
        receiver.failing = true;
        otherReceiver.failing = true;

        // One is closed for good while another comes in its place, and neither takes it well.
        driver.attach(other, "digest", 60_000, 0);
        var third = new RecordingReceiver();
        var heir = driver.open(third);
        third.failing = true;
        driver.attach(heir, "digest", 60_000, 0);

        assertThat(heir.isEnded()).isTrue();
        assertThat(caller.isEnded()).isTrue();
        var fourth = new RecordingReceiver();
        var last = driver.open(fourth);
        driver.submit(last, "", PING);
        assertThat(fourth.lines).containsExactly("ok");
        assertThat(failures).isEmpty();
    }
}
