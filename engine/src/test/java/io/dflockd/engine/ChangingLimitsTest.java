package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits and rules are state: one action changes them, and snapshots bear them. */
class ChangingLimitsTest {
    private static final long NAMED = 1_000_000;

    private final Limits limits = new Limits();
    private final Engine engine = new Engine(Limits.wide(), 0);
    private final Recorder recorder = new Recorder();
    private long request;

    private List<Record> apply(long connection, Command command) {
        return recorder.apply(engine, Entry.of(0, connection, ++request, command));
    }

    private List<Record> setLimits() {
        return recorder.apply(engine, new Entry(0, Action.ofDriver(new Command.SetLimits(limits.toLimits()))));
    }

    private Record answer(long connection, Refusal reason) {
        return new Recorder.Answer(connection, request, new Outcome.Refused(reason));
    }

    private static Command acquire(String key, long waitMs) {
        return new Command.Acquire(key, Mode.PERMIT, 1, waitMs, 30_000, false);
    }

    @Test
    void lowerLimitsEndNothingAndRefuseWhatIsNew() {
        apply(1, acquire("a", 0));
        apply(1, acquire("b", 0));
        apply(2, acquire("a", 1_000));
        apply(3, acquire("a", 1_000));
        apply(1, new Command.Increment("n", 1));
        apply(1, new Command.SetValue("v", "x", 0));
        apply(1, new Command.Push("l", End.LEFT, "one"));
        apply(1, new Command.Push("l", End.LEFT, "two"));
        apply(1, new Command.Watch("w"));
        apply(1, new Command.Listen("c", ""));
        limits.maxLocks = 1;
        limits.maxWaiters = 1;
        limits.maxKeys = 1;
        limits.maxListLength = 1;
        limits.maxSubscriptions = 1;
        var before = engine.census();

        assertThat(setLimits()).isEmpty();

        assertThat(engine.census()).isEqualTo(before);
        assertThat(apply(4, acquire("c", 0))).containsExactly(answer(4, Refusal.MAX_LOCKS));
        assertThat(apply(4, acquire("a", 1))).containsExactly(answer(4, Refusal.MAX_WAITERS));
        assertThat(apply(4, new Command.Increment("m", 1))).containsExactly(answer(4, Refusal.MAX_KEYS));
        assertThat(apply(4, new Command.Push("l", End.LEFT, "3"))).containsExactly(answer(4, Refusal.LIST_FULL));
        assertThat(apply(1, new Command.Watch("x"))).containsExactly(answer(1, Refusal.MAX_SUBSCRIPTIONS));
        assertThat(apply(1, new Command.Increment("n", 1)))
                .containsExactly(new Recorder.Answer(1, request, new Outcome.Count(2)));
        assertThat(engine.census()).isEqualTo(before);
    }

    @Test
    void lowerBoundsOfMemoryEndNothingAndRefuseWhatIsNew() {
        apply(1, new Command.Attach(NAMED, "name", 60_000));
        for (long number = 1; number <= 20; number++) {
            recorder.apply(engine,
                    new Entry(0, new Action(0, 1, NAMED, number, 0, acquire("k" + number, 0))));
        }
        apply(2, new Command.SetValue("large", "x".repeat(200_000), 0));
        var before = engine.census();
        limits.maxBytes = 100_000;

        assertThat(setLimits()).isEmpty();

        assertThat(apply(2, acquire("c", 0))).containsExactly(answer(2, Refusal.MAX_KEYS));
        assertThat(engine.census()).isEqualTo(before);
        assertThat(engine.sessionsSetAside()).isZero();
    }

    @Test
    void oneRequestDoesNotForgetAllThatIsIdleToMakeRoom() {
        for (int i = 0; i < 40_000; i++) {
            apply(1, acquire("k" + i, 0));
        }
        apply(1, new Command.Detach(List.of(), 0));
        while (engine.nextDeadlineMs() <= 0) {
            recorder.apply(engine, new Entry(0, Action.ofDriver(new Command.Tick())));
        }
        limits.maxBytes = 100_000;
        setLimits();
        long before = engine.bytes();

        assertThat(apply(2, acquire("c", 0))).containsExactly(answer(2, Refusal.MAX_KEYS));
        assertThat(engine.bytes()).isBetween(before / 2, before - 1);
        apply(2, acquire("c", 0));
        apply(2, acquire("c", 0));

        assertThat(apply(2, acquire("c", 0))).doesNotContain(answer(2, Refusal.MAX_KEYS));
    }

    @Test
    void fewerSessionsEndNoneAlsoOfThoseThatAreIdle() {
        for (int i = 1; i <= 3; i++) {
            apply(i, new Command.Attach(NAMED + i, "name" + i, 60_000));
            recorder.apply(engine,
                    new Entry(0, new Action(0, i, NAMED + i, 0, 0, new Command.Detach(List.of(), 0))));
        }
        limits.maxSessions = 2;
        setLimits();

        assertThat(apply(4, new Command.Attach(NAMED + 4, "name4", 60_000)))
                .containsExactly(answer(4, Refusal.INVALID));
        assertThat(engine.census().namedSessions()).isEqualTo(3);
        assertThat(apply(5, new Command.Attach(NAMED + 5, "name2", 60_000)))
                .contains(new Recorder.Attached(5, NAMED + 2));
    }

    @Test
    void idleKeysThatAreMoreThanThereMayBeGiveWayOneAfterTheOther() {
        for (int i = 0; i < 4; i++) {
            apply(1, acquire("k" + i, 0));
        }
        apply(1, new Command.Detach(List.of(), 0));
        limits.maxLocks = 2;
        setLimits();

        apply(2, acquire("a", 0));
        assertThat(engine.census().resources()).isEqualTo(3);
        apply(2, acquire("b", 0));
        assertThat(engine.census().resources()).isEqualTo(2);
        assertThat(apply(2, acquire("c", 0))).containsExactly(answer(2, Refusal.MAX_LOCKS));
    }

    @Test
    void snapshotsBearTheLimitsAndTheRules() throws IOException {
        limits.maxLocks = 7;
        limits.maxGraceMs = 1_234;
        limits.releasesOnEnd = false;
        setLimits();

        var restored = Snapshots.read(Snapshots.bytesOf(engine));

        assertThat(restored.limits()).isEqualTo(limits.toLimits()).isEqualTo(engine.limits());
        assertThat(restored.rules()).isEqualTo(1);
    }

    @Test
    void rulesThatThisProgramDoesNotKnowAreAFailureThatChangesNothing() throws IOException {
        var before = Snapshots.bytesOf(engine);

        assertThat(recorder.apply(engine, new Entry(5, Action.ofDriver(new Command.SetRules(1))))).isEmpty();
        assertThat(engine.rules()).isEqualTo(1);
        assertThatThrownBy(
                () -> recorder.apply(engine, new Entry(9, Action.ofDriver(new Command.SetRules(2)))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("rules 2 are to come into force, this program knows rules 1 to 1");
        assertThat(engine.nowMs()).isEqualTo(5);
        assertThatThrownBy(() -> new Command.SetRules(0)).hasMessage("rules is 0, must be above 0");
        // Behind the magic number and the version of the format.
        before[15] = 2;
        assertThatThrownBy(() -> Snapshots.read(before)).isInstanceOf(IOException.class)
                .hasMessage("snapshot was written under rules 2, this program knows rules 1 to 1");
    }

    @Test
    void aSnapshotWithLimitsThatCannotBeIsBroken() throws IOException {
        var bytes = Snapshots.bytesOf(engine);
        Arrays.fill(bytes, 16, 24, (byte) 0);
        assertThatThrownBy(() -> Snapshots.read(bytes)).isInstanceOf(IOException.class)
                .hasMessage("broken snapshot: maxLocks is 0, must be above 0");
        Arrays.fill(bytes, 16, 24, (byte) 1);
        assertThatThrownBy(() -> Snapshots.read(bytes)).isInstanceOf(IOException.class)
                .hasMessage("broken snapshot: a limit of " + 0x0101010101010101L);
    }
}
