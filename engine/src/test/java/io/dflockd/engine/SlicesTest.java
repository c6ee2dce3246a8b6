package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes due or ends in masses is worked off in slices, and others are served between them. */
class SlicesTest {
    private static final int MANY = 1_000_000;
    private static final int QUEUED = 100_000;
    private static final int KEYS = 1_000;
    private static final long LONG_MS = 600_000;
    private static final int OTHER = 1_000_000_000;
    private static final Command DETACH = new Command.Detach(List.of(), 0);

    private final Engine engine = new Engine(unlimited(), 0);
    private final Recorder recorder = new Recorder();
    private long request;

    private static EngineLimits unlimited() {
        var limits = new Limits();
        limits.maxBytes = Long.MAX_VALUE / 2;
        return limits.toLimits();
    }

    private List<Record> apply(long timeMs, long connection, Command command) {
        return recorder.apply(engine, Entry.of(timeMs, connection, ++request, command));
    }

    private static Command acquire(int i, long leaseMs) {
        return new Command.Acquire("pool" + i % KEYS, Mode.PERMIT, MANY, 0, leaseMs, false);
    }

    /** Serves another client until nothing is left to be done at this time, and returns how many steps that took. */
    private int workOff(long timeMs, int mostInOneStep) {
        int steps = 0;
        while (engine.nextDeadlineMs() <= timeMs) {
            int before = engine.census().holds();
            var effects = apply(timeMs, OTHER, new Command.Increment("n", 1));
            assertThat(effects).hasSizeLessThanOrEqualTo(mostInOneStep + 1)
                    .contains(new Recorder.Answer(OTHER, request, new Outcome.Count(++steps)));
            assertThat(before - engine.census().holds()).isLessThanOrEqualTo(Step.SLICE);
        }
        return steps;
    }

    @Test
    void aSessionWithAMillionHoldsEndsInSlices() {
        for (int i = 0; i < MANY; i++) {
            apply(0, 1, acquire(i, LONG_MS));
        }

        apply(1, 1, DETACH);
        int atOnce = MANY - engine.census().holds();
        int steps = workOff(1, Step.SLICE);

        assertThat(atOnce).isPositive().isLessThanOrEqualTo(2 * Step.SLICE);
        assertThat(steps).isGreaterThan(MANY / Step.SLICE - 5);
        assertThat(engine.census().holds()).isZero();
        assertThat(engine.census().sessions()).isZero();
    }

    @Test
    void aMillionLeasesEndInSlices() {
        for (int i = 0; i < MANY; i++) {
            apply(0, 1 + i % 100, acquire(i, 30_000));
        }

        int steps = workOff(30_000, Step.SLICE);

        assertThat(steps).isGreaterThanOrEqualTo(MANY / Step.SLICE);
        assertThat(engine.census().holds()).isZero();
    }

    @Test
    void theHoldsOfASessionThatManyWatchEndInSmallerSlices() {
        int watchers = 100;
        for (int i = 0; i < watchers; i++) {
            apply(0, 2 + i, new Command.Watch(">"));
        }
        for (int i = 0; i < 2 * KEYS; i++) {
            apply(0, 1, acquire(i, LONG_MS));
        }

        var effects = apply(1, 1, DETACH);
        long told = effects.size();
        while (engine.nextDeadlineMs() <= 1) {
            effects = recorder.apply(engine, new Entry(1, Action.ofDriver(new Command.Tick())));
            assertThat(effects).hasSizeLessThanOrEqualTo(8 * Step.SLICE + watchers);
            told += effects.size();
        }

        assertThat(engine.census().holds()).isZero();
        // Once for each key, but for those whose holds end in two slices.
        assertThat(told).isBetween((long) watchers * KEYS, 2L * watchers * KEYS);
    }

    /** Nobody was told anything, so nothing ended the slice: 1,024 leases that 10,000 watch took seconds. */
    @Test
    void leasesThatManyWatchWhoAreAwayEndInSmallerSlices() {
        int watchers = 2_000;
        for (int i = 0; i < watchers; i++) {
            long named = OTHER + 10L + i;
            apply(0, 2 + i, new Command.Attach(named, "name" + i, LONG_MS));
            recorder.apply(engine, new Entry(0, new Action(0, 2 + i, named, 1, 0, new Command.Watch(">"))));
            recorder.apply(engine, new Entry(0, new Action(0, 2 + i, named, 0, 1, DETACH)));
        }
        for (int i = 0; i < KEYS; i++) {
            apply(0, 1, acquire(i, 30_000));
        }

        int steps = 0;
        while (engine.nextDeadlineMs() <= 30_000) {
            int before = engine.census().holds();
            recorder.apply(engine, new Entry(30_000, Action.ofDriver(new Command.Tick())));
            assertThat((before - engine.census().holds()) * watchers).isLessThanOrEqualTo(8 * Step.SLICE + watchers);
            steps++;
        }

        assertThat(engine.census().holds()).isZero();
        assertThat(steps).isLessThanOrEqualTo(KEYS);
    }

    @Test
    void manyReadersThatAreGrantedAtOnceAreGrantedInSlicesAndInTheirOrder() {
        apply(0, 1, new Command.Acquire("doc", Mode.WRITE, 0, 0, LONG_MS, false));
        for (int i = 0; i < QUEUED; i++) {
            apply(0, 2 + i, new Command.Acquire("doc", Mode.READ, 0, LONG_MS, LONG_MS, false));
        }

        var granted = new ArrayList<Long>();
        collect(apply(1, 1, DETACH), granted);
        var newcomer = apply(1, OTHER, new Command.Acquire("doc", Mode.READ, 0, LONG_MS, LONG_MS, false));
        collect(newcomer, granted);
        while (engine.nextDeadlineMs() <= 1) {
            int before = granted.size();
            collect(apply(1, OTHER + 1, new Command.Increment("n", 1)), granted);
            assertThat(granted.size() - before).isLessThanOrEqualTo(Step.SLICE);
        }

        assertThat(granted).hasSize(QUEUED + 1).isSorted().endsWith((long) OTHER);
    }

    private static void collect(List<Record> effects, List<Long> granted) {
        assertThat(effects).hasSizeLessThanOrEqualTo(2 * Step.SLICE + 1);
        for (var effect : effects) {
            if (effect instanceof Recorder.Answer answer && answer.outcome() instanceof Outcome.Granted) {
                granted.add(answer.session());
            }
        }
    }

    @Test
    void aBarrierOfManyTellsThemInSlices() {
        for (int i = 1; i < QUEUED; i++) {
            apply(0, i, new Command.AwaitBarrier("start", QUEUED, LONG_MS));
        }

        long passed = apply(1, QUEUED, new Command.AwaitBarrier("start", QUEUED, LONG_MS)).size();
        assertThat(passed).isLessThanOrEqualTo(Step.SLICE + 1);
        while (engine.nextDeadlineMs() <= 1) {
            var effects = recorder.apply(engine, new Entry(1, Action.ofDriver(new Command.Tick())));
            assertThat(effects).hasSizeLessThanOrEqualTo(Step.SLICE);
            passed += effects.size();
        }

        assertThat(passed).isEqualTo(QUEUED);
        assertThat(engine.census().participants()).isZero();
    }

    @Test
    void aValueWithEverShorterTimesToLiveHasOneDeadline() {
        for (int i = 0; i < QUEUED; i++) {
            apply(0, 1, new Command.SetValue("k", "v", LONG_MS - i));
        }

        assertThat(engine.deadlines.size()).isEqualTo(1);
        assertThat(engine.nextDeadlineMs()).isEqualTo(LONG_MS - QUEUED + 1);
    }

    @Test
    void aPushPastManyWhoseSessionsAreEndingLooksAtASliceOfThem() {
        for (int i = 0; i < QUEUED; i++) {
            apply(0, 1 + i % 4, new Command.BlockingPop("jobs", End.LEFT, LONG_MS));
        }
        apply(0, OTHER, new Command.BlockingPop("jobs", End.LEFT, LONG_MS));
        long waits = request;
        for (int session = 1; session <= 4; session++) {
            apply(1, session, DETACH);
        }

        int before = engine.census().poppers();
        var effects = apply(1, OTHER + 1, new Command.Push("jobs", End.RIGHT, "first"));
        assertThat(before - engine.census().poppers()).isLessThanOrEqualTo(2 * Step.SLICE);
        assertThat(effects).containsExactly(new Recorder.Answer(OTHER + 1, request, new Outcome.Count(1)));
        apply(1, OTHER + 1, new Command.Push("jobs", End.RIGHT, "second"));
        var all = new ArrayList<Record>();
        while (engine.nextDeadlineMs() <= 1) {
            before = engine.census().poppers();
            all.addAll(recorder.apply(engine, new Entry(1, Action.ofDriver(new Command.Tick()))));
            assertThat(before - engine.census().poppers()).isLessThanOrEqualTo(Step.SLICE);
        }

        assertThat(all).containsExactly(
                new Recorder.Answer(OTHER, waits, new Outcome.Popped("jobs", End.LEFT, "first")));
        assertThat(engine.census().poppers()).isZero();
        assertThat(apply(1, OTHER, new Command.Pop("jobs", End.LEFT))).containsExactly(
                new Recorder.Answer(OTHER, request, new Outcome.Popped("jobs", End.LEFT, "second")));
    }

    /** It got the value, and whoever had waited longer waited on. */
    @Test
    void whoWaitsForAValueDoesNotPassThoseWhoHaveWaitedLonger() {
        for (int i = 0; i < QUEUED; i++) {
            apply(0, 1 + i % 4, new Command.BlockingPop("jobs", End.LEFT, LONG_MS));
        }
        apply(0, OTHER, new Command.BlockingPop("jobs", End.LEFT, LONG_MS));
        long waits = request;
        for (int session = 1; session <= 4; session++) {
            apply(1, session, DETACH);
        }
        apply(1, OTHER + 1, new Command.Push("jobs", End.RIGHT, "first"));

        assertThat(apply(1, OTHER + 2, new Command.BlockingPop("jobs", End.LEFT, LONG_MS))).isEmpty();

        var all = new ArrayList<Record>();
        while (engine.nextDeadlineMs() <= 1) {
            all.addAll(recorder.apply(engine, new Entry(1, Action.ofDriver(new Command.Tick()))));
        }
        assertThat(all).containsExactly(
                new Recorder.Answer(OTHER, waits, new Outcome.Popped("jobs", End.LEFT, "first")));
        assertThat(engine.census().poppers()).isEqualTo(1);
    }

    @Test
    void whoComesBackToManyGroupsHasItsTurnsAgainInSlicesAndIsFoundMeanwhile() {
        long named = OTHER + 10L;
        apply(0, 1, new Command.Attach(named, "name", LONG_MS));
        for (int i = 0; i < 10 * Step.SLICE; i++) {
            recorder.apply(engine,
                    new Entry(0, new Action(0, 1, named, i + 1, i, new Command.Listen("c" + i, "group"))));
        }
        int number = 10 * Step.SLICE;
        recorder.apply(engine, new Entry(1, new Action(0, 1, named, 0, number, DETACH)));
        for (int i = 0; i < number; i++) {
            apply(1, OTHER, new Command.Signal("c" + i, "nobody"));
        }
        var session = engine.sessions.find(named);
        assertThat(session).isNotNull();
        assertThat(session.parked.size()).isEqualTo(number);

        recorder.apply(engine,
                new Entry(2, new Action(0, 2, 2, 1, number, new Command.Attach(named + 1, "name", LONG_MS))));
        assertThat(session.parked.size()).isBetween(8 * Step.SLICE, 9 * Step.SLICE);
        assertThat(apply(2, OTHER, new Command.Signal("c" + (number - 1), "hello")))
                .contains(new Recorder.Push(named, new Notice.Signal("c" + (number - 1), "hello")));
        while (engine.nextDeadlineMs() <= 2) {
            int before = session.parked.size();
            recorder.apply(engine, new Entry(2, Action.ofDriver(new Command.Tick())));
            assertThat(before - session.parked.size()).isLessThanOrEqualTo(Step.SLICE);
        }
        assertThat(session.parked.size()).isZero();
    }
}
