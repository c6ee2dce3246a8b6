package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What another leader's term means to many sessions, a slice of them a step. {@code terms.txt} tells what it means to one. */
class TermsTest {
    private static final long NAMED = 1_000_000_000;
    private static final int MANY = 9_000;
    private static final int OTHER = 900_000_000;
    private static final long GRACE_MS = 10_000;

    private final Limits limits = new Limits();
    private final Recorder recorder = new Recorder();
    private Engine engine = new Engine(Limits.wide(), 0);
    private long request;

    private List<Record> apply(long timeMs, long connection, Command command) {
        return recorder.apply(engine, Entry.of(timeMs, connection, ++request, command));
    }

    private List<Record> byDriver(long timeMs, Command command) {
        return recorder.apply(engine, new Entry(timeMs, Action.ofDriver(command)));
    }

    /** By the connection that speaks for its session: both have the same number, but for where those of sessions begin. */
    private List<Record> inSession(long timeMs, int connection, long number, Command command) {
        return recorder.apply(engine,
                new Entry(timeMs, new Action(++request, connection, NAMED + connection, number, 0, command)));
    }

    private List<Record> attach(long timeMs, long connection, int session) {
        return apply(timeMs, connection, new Command.Attach(NAMED + session, "name" + session, GRACE_MS));
    }

    private void restore() throws IOException {
        engine = Snapshots.read(Snapshots.bytesOf(engine));
    }

    private static Command acquire(String key, long waitMs) {
        return new Command.Acquire(key, Mode.PERMIT, 1, waitMs, 30_000, false);
    }

    private void workOff(long timeMs) {
        while (engine.nextDeadlineMs() <= timeMs) {
            byDriver(timeMs, new Command.Tick());
        }
    }

    @Test
    void aTermThatIsNotAboveTheLatestIsAFailureThatChangesNothing() throws IOException {
        byDriver(1, new Command.OpenTerm(7, 50));
        restore();

        assertThat(engine.term()).isEqualTo(7);
        assertThat(engine.lastFence()).isEqualTo(50);
        assertThatThrownBy(() -> byDriver(9, new Command.OpenTerm(7, 99))).isInstanceOf(IllegalStateException.class)
                .hasMessage("term 7 is to begin, but term 7 has begun already");
        assertThatThrownBy(() -> byDriver(9, new Command.OpenTerm(6, 99))).isInstanceOf(IllegalStateException.class);
        assertThat(engine.nowMs()).isEqualTo(1);
        assertThat(engine.lastFence()).isEqualTo(50);
    }

    @Test
    void aSessionWithoutANameIsNotThereAnyMoreAndItsHoldsAreNobodys() {
        apply(0, 1, acquire("a", 0));
        apply(0, 2, acquire("a", 60_000));

        byDriver(1, new Command.OpenTerm(1, 0));

        assertThat(engine.isOwner(1)).isFalse();
        assertThat(engine.isOwner(2)).isFalse();
        assertThat(engine.census().sessions()).isZero();
        assertThat(engine.census().holds()).isEqualTo(1);
        assertThat(engine.census().waiters()).isZero();
        // What may still come from its connection does it no harm.
        apply(2, 1, new Command.Detach(List.of(), 0));
        assertThat(engine.census().holds()).isEqualTo(1);
        byDriver(30_000, new Command.Tick());
        assertThat(engine.census().holds()).isZero();
    }

    @Test
    void itComesToManySessionsInSlicesAndToEachAsIfAtOnce() throws IOException {
        for (int i = 0; i < MANY; i++) {
            attach(0, i + 1, i + 1);
            inSession(0, i + 1, 1, acquire("k" + i, 0));
        }

        byDriver(1, new Command.OpenTerm(1, 0));
        assertThat(engine.deadlines.size() - MANY).isBetween(1, 2 * Step.SLICE);
        restore();
        // It has not come to the last one yet: that is away like the others, and comes back to all that it had.
        assertThat(inSession(2, MANY, 2, new Command.Ping())).isEmpty();
        assertThat(attach(3, OTHER, MANY)).contains(
                new Recorder.Answer(OTHER, request, new Outcome.SessionResumed(GRACE_MS, 1)),
                new Recorder.Attached(OTHER, NAMED + MANY));
        int steps = 0;
        while (engine.nextDeadlineMs() <= 4) {
            int before = engine.deadlines.size();
            byDriver(4, new Command.Tick());
            assertThat(engine.deadlines.size() - before).isLessThanOrEqualTo(Step.SLICE);
            steps++;
        }

        assertThat(steps).isGreaterThan(MANY / Step.SLICE - 4);
        assertThat(engine.census().holds()).isEqualTo(MANY);
        workOff(GRACE_MS);
        assertThat(engine.census().namedSessions()).isEqualTo(MANY);
        workOff(GRACE_MS + 1);
        assertThat(engine.census().namedSessions()).isEqualTo(1);
        assertThat(engine.census().holds()).isEqualTo(1);
    }

    @Test
    void whoseGraceIsOverBeforeItCameToThemIsNotFound() {
        engine = new Engine(Limits.wide(), 0, 1);
        for (int i = 1; i <= 50; i++) {
            attach(0, i, i);
        }
        byDriver(1, new Command.OpenTerm(1, 0));

        assertThat(attach(1 + GRACE_MS, OTHER, 50))
                .contains(new Recorder.Answer(OTHER, request, new Outcome.SessionNew(GRACE_MS)));
    }

    @Test
    void aSecondTermBeforeTheFirstHasComeToAllChangesNoDeadline() throws IOException {
        engine = new Engine(Limits.wide(), 0, 1);
        for (int i = 1; i <= 50; i++) {
            attach(0, i, i);
        }
        byDriver(1, new Command.OpenTerm(1, 0));
        attach(2, OTHER, 49);
        byDriver(1_000, new Command.OpenTerm(2, 0));
        engine = Snapshots.read(Snapshots.bytesOf(engine), 1);
        workOff(1_000);

        workOff(GRACE_MS);
        assertThat(engine.census().namedSessions()).isEqualTo(50);
        workOff(1 + GRACE_MS);
        assertThat(engine.census().namedSessions()).isEqualTo(1);
        assertThat(engine.sessions.find(NAMED + 49)).isNotNull();
        workOff(1_000 + GRACE_MS);
        assertThat(engine.census().namedSessions()).isZero();
    }

    @Test
    void whoWaitedOverALostConnectionGetsNothingAlsoBeforeItComesToThem() {
        engine = new Engine(Limits.wide(), 0, 1);
        apply(0, OTHER, acquire("a", 0));
        for (int i = 1; i <= 20; i++) {
            attach(0, i, i);
            inSession(0, i, -i, i % 2 == 0 ? acquire("a", 60_000) : new Command.BlockingPop("q", End.LEFT, 60_000));
            apply(0, 100 + i, i % 2 == 0 ? acquire("a", 60_000) : new Command.BlockingPop("q", End.LEFT, 60_000));
        }
        byDriver(1, new Command.OpenTerm(1, 0));
        var token = Token.format(1, 1);

        assertThat(apply(1, OTHER + 1, new Command.Release("a", token, false)))
                .containsExactly(new Recorder.Answer(OTHER + 1, request, Outcome.DONE));
        assertThat(apply(1, OTHER + 1, new Command.Push("q", End.LEFT, "v")))
                .containsExactly(new Recorder.Answer(OTHER + 1, request, new Outcome.Count(1)));
        workOff(1);
        assertThat(engine.lastFence()).isEqualTo(1);
        assertThat(apply(1, OTHER + 1, new Command.Pop("q", End.LEFT)))
                .containsExactly(new Recorder.Answer(OTHER + 1, request, new Outcome.Popped("q", End.LEFT, "v")));
        assertThat(apply(1, OTHER + 1, acquire("a", 0))).hasSize(1);
        assertThat(engine.lastFence()).isEqualTo(2);
    }

    @Test
    void whatIsDueWhenItBeginsIsNotGivenToWhoIsGone() {
        apply(0, 1, new Command.Acquire("a", Mode.PERMIT, 1, 0, 100, false));
        apply(0, 2, acquire("a", 60_000));
        attach(0, 3, 3);
        inSession(0, 3, 1, acquire("a", 60_000));
        inSession(0, 3, 2, new Command.Watch("a"));

        var effects = byDriver(100, new Command.OpenTerm(1, 5_000));

        assertThat(effects).containsExactly(
                new Recorder.Answer(NAMED + 3, 1,
                        new Outcome.Granted("a", Token.format(5_001, 4), 30_000, 5_001, false)));
        // Of the release and of the acquisition.
        assertThat(attach(101, 4, 3)).contains(new Recorder.Push(NAMED + 3, new Notice.Missed(2)));
    }

    @Test
    void anIdleSessionToWhichItHasNotComeGivesWayToANewOne() {
        limits.maxSessions = 10;
        engine = new Engine(limits.toLimits(), 0, 1);
        for (int i = 1; i <= 10; i++) {
            attach(0, i, i);
        }
        byDriver(1, new Command.OpenTerm(1, 0));

        for (int i = 11; i <= 15; i++) {
            assertThat(attach(1, i, i)).contains(new Recorder.Attached(i, NAMED + i));
        }
        assertThat(engine.census().namedSessions()).isEqualTo(10);
    }
}
