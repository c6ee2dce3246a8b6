package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What operators look for is found in slices, whatever happens between them. */
class SurveyTest {
    private static final int MANY = 3 * InventoryWalk.SLICE;

    private final Engine engine = new Engine(Limits.wide(), 0);
    private final Recorder recorder = new Recorder();
    private long request;

    @Test
    void theLongestHeldAndTheMostWantedComeFirstWhereThatIsWished() {
        lock(0, 1, "b");
        lock(1_000, 2, "a");
        lock(2_000, 3, "c");
        wait(3_000, 4, "c");
        wait(4_000, 5, "c");
        wait(5_000, 6, "a");

        assertThat(keys(LockSurvey.Order.KEY)).containsExactly("a", "b", "c");
        assertThat(keys(LockSurvey.Order.AGE)).containsExactly("b", "a", "c");
        assertThat(keys(LockSurvey.Order.WAITERS)).containsExactly("c", "a", "b");
        assertThat(keys(LockSurvey.Order.WAIT)).containsExactly("c", "a", "b");
        assertThat(keys(LockSurvey.Order.LEASE)).containsExactly("b", "a", "c");
    }

    @Test
    void aRowTellsOfTheOldestHold() {
        at(0, 1, new Command.Introduce("worker", false));
        at(0, 1, new Command.Acquire("pool", Mode.PERMIT, 3, 0, 30_000, false));
        at(1_000, 2, new Command.Acquire("pool", Mode.PERMIT, 3, 0, 60_000, false));
        at(5_000, 9, new Command.Tick());

        var row = rows(query("", LockSurvey.State.USED, 0, 0)).getFirst();
        assertThat(row).isEqualTo(new LockSurvey.Row(
                "pool", LockSurvey.Kind.SEMAPHORE, 3, 2, 1, "worker", 1, 5_000, 30_000, 25_000, 0, 0, row.heat()));
    }

    /** A walk over many values, with others coming and going between its slices, in pages. */
    @Test
    void dataIsFoundInSlicesAndInPages() {
        for (int i = 0; i < MANY; i++) {
            at(0, 1, new Command.SetValue("v%05d".formatted(i), "x", 0));
        }
        at(0, 1, new Command.SetValue("a", "not wanted", 0));
        at(1_000, 1, new Command.SetValue("v00007", "four", 5_000));

        var first = data("v", "", 10);
        var second = data("v", first.getLast().key(), 10);

        assertThat(first).hasSize(10).extracting(DataSurvey.Row::key).isSorted().startsWith("v00000", "v00001");
        assertThat(first.get(7).counts()).containsExactly(Map.entry("bytes", 4L));
        assertThat(first.get(7).durationsMs()).containsEntry("ttl_left", 4_000L).containsEntry("unused", 1_000L);
        assertThat(second).extracting(DataSurvey.Row::key).startsWith("v00010").endsWith("v00019");
    }

    private List<DataSurvey.Row> data(String prefix, String after, int limit) {
        var survey = new DataSurvey(
                new DataSurvey.Query(DataSurvey.Kind.VALUES, key -> !key.equals("v99999"), prefix, after, limit));
        int steps = 1;
        while (!survey.step(engine, 2_000)) {
            at(2_000, 1, new Command.SetValue("w" + steps, "new", 0));
            steps++;
        }
        assertThat(steps).isGreaterThan(MANY / InventoryWalk.SLICE);
        assertThat(survey.matches()).isEqualTo(after.isEmpty() ? MANY : MANY - limit);
        return survey.rows();
    }

    @Test
    void whatIsLookedForIsAllThatIsFound() {
        lock(0, 1, "jobs/a");
        lock(9_000, 1, "jobs/b");
        lock(9_000, 1, "other");
        wait(9_000, 2, "jobs/b");
        at(10_000, 9, new Command.Tick());

        assertThat(rows(query("jobs/", LockSurvey.State.USED, 0, 0))).hasSize(2);
        assertThat(rows(query("", LockSurvey.State.CONTENDED, 0, 0))).extracting(LockSurvey.Row::key)
                .containsExactly("jobs/b");
        assertThat(rows(query("", LockSurvey.State.USED, 5_000, 0))).extracting(LockSurvey.Row::key)
                .containsExactly("jobs/a");
        assertThat(rows(query("", LockSurvey.State.HELD, 0, 2))).isEmpty();
    }

    @Test
    void aWalkOverManyLooksAtASliceAtATime() {
        IntStream.range(0, MANY).forEach(i -> lock(0, 1, "k%05d".formatted(i)));
        var survey = new LockSurvey(query("", LockSurvey.State.USED, 0, 0));
        int steps = 0;

        while (!survey.step(engine, 0)) {
            steps++;
            assertThat(survey.visited()).isLessThanOrEqualTo(steps * InventoryWalk.SLICE);
        }

        assertThat(survey.visited()).isEqualTo(MANY);
        assertThat(survey.matches()).isEqualTo(MANY);
        assertThat(survey.rows()).hasSize(10).extracting(LockSurvey.Row::key).isSorted().startsWith("k00000");
    }

    /** So that each of them is kept when it is seen, which takes longer than passing it over. */
    @Test
    void aTableThatLiesInTheReverseOrderIsLookedAtInSmallerSlices() {
        IntStream.range(0, MANY).forEach(i -> {
            lock(0, 1, "k%05d".formatted(MANY - i));
            at(0, 1, new Command.SetValue("k%05d".formatted(MANY - i), "v", 0));
        });
        int usual = MANY / InventoryWalk.SLICE + 1;

        assertThat(steps(new LockSurvey(query("", LockSurvey.State.USED, 0, 0))::step)).isGreaterThan(2 * usual);
        assertThat(steps(new DataSurvey(
                new DataSurvey.Query(DataSurvey.Kind.VALUES, key -> true, "", "", 10))::step)).isGreaterThan(2 * usual);
        var inventory = new InventoryWalk(10);
        assertThat(steps(inventory::step)).isGreaterThan(4 * usual);
        assertThat(inventory.inventory(engine).totals().locks()).isEqualTo(MANY);
    }

    private int steps(BiPredicate<Engine, Long> step) {
        int steps = 1;
        while (!step.test(engine, 0L)) {
            steps++;
        }
        return steps;
    }

    @Test
    void sessionsThatStayAreSeenOnceWhileOthersComeAndGo() {
        IntStream.rangeClosed(1, MANY).forEach(i -> lock(0, i, "k" + i));
        var survey = new SessionSurvey(0, 100_000);
        var expected = new ArrayList<Long>();

        survey.step(engine, 0);
        for (long i = 1; i <= MANY; i++) {
            if (i % 3 == 0 || (i >= InventoryWalk.SLICE - 2 && i <= InventoryWalk.SLICE + 5)) {
                at(0, i, new Command.Detach(List.of(), 0));
            } else {
                expected.add(i);
            }
        }
        IntStream.rangeClosed(MANY + 1, MANY + 10).forEach(i -> lock(0, i, "new" + i));
        boolean done = false;
        while (!done) {
            done = survey.step(engine, 0);
        }

        assertThat(survey.rows()).extracting(SessionSurvey.Row::session)
                .isSorted()
                .doesNotHaveDuplicates()
                .containsAll(expected);
    }

    @Test
    void ofTwoSurveysOfSessionsTheOlderEnds() {
        IntStream.rangeClosed(1, MANY).forEach(i -> lock(0, i, "k" + i));
        var older = new SessionSurvey(0, 10);
        var newer = new SessionSurvey(0, 10);

        assertThat(older.step(engine, 0)).isFalse();
        assertThat(newer.step(engine, 0)).isFalse();
        assertThat(older.step(engine, 0)).isTrue();
    }

    @Test
    void anOperatorEndsASessionThatOutlivesItsConnection() {
        at(0, 7, new Command.Attach(100, "name", 60_000));
        recorder.apply(engine, new Entry(0, new Action(1, 7, 100, 1, 0,
                new Command.Acquire("jobs", Mode.PERMIT, 1, 0, 30_000, false))));
        wait(0, 8, "jobs");
        assertThat(SessionSurvey.find(engine, 100, 0)).isNotNull()
                .returns(true, SessionSurvey.Row::named)
                .returns(1, SessionSurvey.Row::holds);
        assertThat(SessionSurvey.holds(engine, 100, 10, 0)).extracting(SessionSurvey.Held::key).containsExactly("jobs");

        at(1_000, 9, new Command.EndSession(100));

        assertThat(SessionSurvey.find(engine, 100, 0)).isNull();
        assertThat(engine.measures(1_000).tally().sessionsEnded(Tally.SessionEnding.OPERATOR)).isEqualTo(1);
        assertThat(SessionSurvey.holds(engine, 8, 10, 0)).extracting(SessionSurvey.Held::key).containsExactly("jobs");
    }

    private void lock(long timeMs, long connection, String key) {
        at(timeMs, connection, new Command.Acquire(key, Mode.PERMIT, 1, 0, 30_000, false));
    }

    private void wait(long timeMs, long connection, String key) {
        at(timeMs, connection, new Command.Acquire(key, Mode.PERMIT, 1, 60_000, 30_000, false));
    }

    private void at(long timeMs, long connection, Command command) {
        recorder.apply(engine, Entry.of(timeMs, connection, ++request, command));
    }

    private static LockSurvey.Query query(String prefix, LockSurvey.State state, long minAgeMs, int minWaiters) {
        return new LockSurvey.Query(key -> true, prefix, "", Set.of(), state, "", session -> true, minAgeMs, minWaiters,
                LockSurvey.Order.KEY, 10);
    }

    @Test
    void whatAClientHoldsIsFoundByItsName() {
        at(0, 1, new Command.Introduce("worker-7", false));
        lock(0, 1, "a");
        lock(0, 2, "b");

        var survey = new LockSurvey(
                new LockSurvey.Query(key -> true, "", "", Set.of(), LockSurvey.State.USED, "worker-", session -> true,
                        0, 0,
                        LockSurvey.Order.KEY, 10));
        survey.step(engine, 0);
        assertThat(survey.rows()).extracting(LockSurvey.Row::key).containsExactly("a");
    }

    @Test
    void whatIsHeldByASessionIsFoundByIt() {
        lock(0, 1, "a");
        lock(0, 2, "b");
        wait(0, 1, "c");
        wait(0, 2, "c");

        assertThat(rows(new LockSurvey.Query(key -> true, "", "", Set.of(), LockSurvey.State.USED, "",
                session -> session == 2, 0, 0, LockSurvey.Order.KEY, 10)))
                .extracting(LockSurvey.Row::key)
                .containsExactly("b");
    }

    @Test
    void theHottestIsWhatWasGotOrRefusedMostOftenOfLate() {
        lock(0, 1, "once");
        lock(0, 1, "refused");
        for (int i = 0; i < 4; i++) {
            at(0, 2, new Command.Acquire("refused", Mode.PERMIT, 1, 0, 30_000, false));
        }
        at(0, 2, new Command.Tick());
        assertThat(heats()).containsExactly("refused 5.0", "once 1.0");

        at(30_000, 2, new Command.Tick());
        lock(30_000, 3, "now");
        lock(30_000, 3, "now2");
        at(30_000, 2, new Command.Acquire("now", Mode.PERMIT, 1, 0, 30_000, false));
        at(30_000, 2, new Command.Acquire("now", Mode.PERMIT, 1, 0, 30_000, false));
        assertThat(heats()).as("half as much after half a minute").containsExactly("now 3.0", "now2 1.0");

        var resource = new Resource("k", 1);
        resource.warm(0);
        assertThat(resource.heat(-1)).isEqualTo(1);
        assertThat(resource.heat(15_000)).isEqualTo(0.75f);
        assertThat(resource.heat(30_000)).isEqualTo(0.5f);
        assertThat(resource.heat(60_000)).isEqualTo(0.25f);
        assertThat(resource.heat(Long.MAX_VALUE)).isBetween(0f, 1e-9f);
        resource.warm(60_000);
        assertThat(resource.heat(60_000)).isEqualTo(1.25f);
    }

    @Test
    void aWaitThatEndsWithoutAGrantIsARefusalToo() {
        at(0, 1, new Command.Acquire("a", Mode.PERMIT, 1, 0, 30_000, false));
        at(0, 2, new Command.Acquire("a", Mode.PERMIT, 1, 1_000, 30_000, false));
        at(1_000, 3, new Command.Tick());

        assertThat(rows(query("", LockSurvey.State.USED, 0, 0)).getFirst().heat()).isBetween(1.9f, 2f);
    }

    private List<String> heats() {
        return rows(new LockSurvey.Query(key -> true, "", "", Set.of(), LockSurvey.State.USED, "", session -> true, 0,
                0, LockSurvey.Order.HEAT, 10)).stream().map(row -> row.key() + " " + row.heat()).toList();
    }

    @Test
    void whatMayNotBeSeenIsNeitherShownNorCounted() {
        lock(0, 1, "orders/1");
        lock(0, 2, "jobs/1");

        var survey = new LockSurvey(new LockSurvey.Query(key -> key.startsWith("jobs/"), "", "", Set.of(),
                LockSurvey.State.USED, "", session -> true, 0, 0, LockSurvey.Order.KEY, 10));
        boolean done = false;
        while (!done) {
            done = survey.step(engine, engine.nowMs());
        }

        assertThat(survey.rows()).extracting(LockSurvey.Row::key).containsExactly("jobs/1");
        assertThat(survey.matches()).isEqualTo(1);
    }

    private List<String> keys(LockSurvey.Order order) {
        return rows(new LockSurvey.Query(key -> true, "", "", Set.of(), LockSurvey.State.USED, "", session -> true, 0,
                0, order, 10))
                .stream()
                .map(LockSurvey.Row::key)
                .toList();
    }

    private List<LockSurvey.Row> rows(LockSurvey.Query query) {
        var survey = new LockSurvey(query);
        boolean done = false;
        while (!done) {
            done = survey.step(engine, engine.nowMs());
        }
        return survey.rows();
    }
}
