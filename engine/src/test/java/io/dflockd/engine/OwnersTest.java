package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What sessions of one owner take counts together, and no way leads around its limits. */
class OwnersTest {
    private static final long NAMED = 1_000_000;

    private Engine engine = new Engine(Limits.wide(), 0);
    private final Recorder recorder = new Recorder();
    private long request;

    private List<Record> apply(long connection, long session, Command command) {
        long number = session == connection ? ++request : -++request;
        return recorder.apply(engine,
                new Entry(0, new Action(request, connection, session, number, 0, command)));
    }

    private Outcome ask(long connection, Command command) {
        return ask(connection, connection, command);
    }

    private Outcome ask(long connection, long session, Command command) {
        var own = apply(connection, session, command).stream()
                .filter(effect -> effect instanceof Recorder.Answer answer && Math.abs(answer.request()) == request)
                .toList();
        assertThat(own).hasSizeLessThan(2);
        return own.isEmpty() ? null : ((Recorder.Answer) own.getFirst()).outcome();
    }

    private void belong(long connection, int holds, int waiters, long bytes) {
        belong(connection, connection, holds, waiters, bytes);
    }

    private void belong(long connection, long session, int holds, int waiters, long bytes) {
        recorder.apply(engine, new Entry(0,
                new Action(0, connection, session, 0, 0, new Command.Belong("tenant", holds, waiters, bytes))));
    }

    private OwnerUse use() {
        return engine.useBy("tenant");
    }

    private static Command lock(String key, long waitMs) {
        return new Command.Acquire(key, Mode.PERMIT, 1, waitMs, 30_000, false);
    }

    private static Command rw(String key, Mode mode, long waitMs) {
        return new Command.Acquire(key, mode, 0, waitMs, 30_000, false);
    }

    private static Outcome refused(Refusal reason) {
        return new Outcome.Refused(reason);
    }

    private static String tokenOf(Outcome outcome) {
        return ((Outcome.Granted) outcome).token();
    }

    @Test
    void holdsOfAllItsSessionsCountTogether() {
        belong(1, 2, 0, 0);
        belong(2, 2, 0, 0);
        var first = ask(1, lock("a", 0));
        ask(2, new Command.Enqueue("b", Mode.LEADERSHIP, 1, 30_000, false));

        assertThat(ask(1, lock("c", 0))).isEqualTo(refused(Refusal.MAX_LOCKS));
        assertThat(ask(2, new Command.Enqueue("d", Mode.PERMIT, 5, 30_000, false)))
                .isEqualTo(refused(Refusal.MAX_LOCKS));
        assertThat(ask(3, lock("c", 0))).as("somebody else").isInstanceOf(Outcome.Granted.class);
        assertThat(engine.census().resources()).as("a refusal leaves no key behind").isEqualTo(3);
        ask(3, new Command.Release("a", tokenOf(first), false));
        assertThat(ask(2, lock("d", 0))).isInstanceOf(Outcome.Granted.class);
        assertThat(use()).isEqualTo(new OwnerUse(2, 0, 0));
    }

    @Test
    void whoComesToItsTurnAtTheLimitIsRefusedAndTheNextGetsIt() {
        ask(9, rw("a", Mode.WRITE, 0));
        var token = ((Outcome.Granted) ask(8, lock("b", 0))).token();
        belong(1, 1, 0, 0);
        ask(1, lock("b", 60_000));
        ask(1, rw("a", Mode.READ, 60_000));
        ask(2, lock("b", 60_000));
        belong(3, 1, 0, 0);
        ask(3, lock("x", 0));

        var effects = apply(8, 8, new Command.Release("b", token, false));

        assertThat(effects).contains(new Recorder.Answer(1, 3, refused(Refusal.MAX_LOCKS)));
        assertThat(effects).anyMatch(effect -> effect instanceof Recorder.Answer answer && answer.session() == 2
                && answer.outcome() instanceof Outcome.Granted);
        assertThat(use()).isEqualTo(new OwnerUse(1, 1, 0));
    }

    /** One write lock given back would else make holds of all who wait to read. */
    @Test
    void waitingReadersAreNoWayAroundTheLimit() {
        var write = ask(9, rw("a", Mode.WRITE, 0));
        for (int connection = 1; connection <= 5; connection++) {
            belong(connection, 2, 0, 0);
            ask(connection, rw("a", Mode.READ, 60_000));
        }
        assertThat(use().waiters()).isEqualTo(5);

        ask(9, new Command.Release("a", tokenOf(write), false));

        assertThat(use()).isEqualTo(new OwnerUse(2, 0, 0));
    }

    @Test
    void aPlaceThatCameToItsTurnAtTheLimitIsLost() {
        var held = ask(9, lock("a", 0));
        belong(1, 1, 0, 0);
        ask(1, new Command.Enqueue("a", Mode.PERMIT, 1, 30_000, false));
        ask(1, lock("b", 0));

        ask(9, new Command.Release("a", tokenOf(held), false));

        assertThat(ask(1, new Command.Await("a", 1_000, false))).isEqualTo(refused(Refusal.LEASE_EXPIRED));
        assertThat(ask(1, new Command.Await("a", 1_000, false))).isEqualTo(refused(Refusal.NOT_ENQUEUED));
        assertThat(use()).isEqualTo(new OwnerUse(1, 0, 0));
    }

    @Test
    void placesInQueuesAtListsAndAtBarriersCountTogether() {
        ask(9, lock("a", 0));
        for (int connection = 1; connection <= 4; connection++) {
            belong(connection, 0, 3, 0);
        }
        ask(1, lock("a", 60_000));
        ask(2, new Command.BlockingPop("l", End.LEFT, 60_000));
        ask(3, new Command.AwaitBarrier("b", 2, 60_000));

        assertThat(ask(4, lock("a", 60_000))).isEqualTo(refused(Refusal.MAX_WAITERS));
        assertThat(ask(4, new Command.Enqueue("a", Mode.PERMIT, 1, 30_000, false)))
                .isEqualTo(refused(Refusal.MAX_WAITERS));
        assertThat(ask(4, new Command.BlockingPop("l", End.LEFT, 60_000))).isEqualTo(refused(Refusal.MAX_WAITERS));
        assertThat(ask(4, new Command.AwaitBarrier("c", 2, 60_000))).isEqualTo(refused(Refusal.MAX_WAITERS));
        assertThat(ask(4, lock("a", 0))).as("does not wait").isEqualTo(Outcome.TIMED_OUT);
        assertThat(ask(4, new Command.AwaitBarrier("b", 2, 60_000))).as("nor is this one").isEqualTo(Outcome.DONE);
        assertThat(use().waiters()).isEqualTo(2);
    }

    @Test
    void keptHoldsAndThoseOfSessionsThatEndedCountForWhoeverTookThem() {
        belong(1, 1, 0, 0);
        var token = tokenOf(ask(1, lock("a", 0)));
        ask(1, new Command.Keep("a", token, 60_000, false));
        ask(1, new Command.Detach(List.of(), 0));
        belong(2, 1, 0, 0);

        assertThat(ask(2, lock("b", 0))).isEqualTo(refused(Refusal.MAX_LOCKS));
        ask(3, new Command.Release("a", token, false));
        assertThat(ask(2, lock("b", 0))).isInstanceOf(Outcome.Granted.class);
    }

    @Test
    void aSessionThatIsTakenOverGoesOnCounting() throws IOException {
        belong(1, 1, 0, 0);
        ask(1, new Command.Attach(NAMED, "name", 60_000));
        assertThat(engine.ownerOf(NAMED)).isEqualTo("tenant");
        ask(1, NAMED, lock("a", 0));
        assertThat(ask(1, NAMED, lock("b", 0))).isEqualTo(refused(Refusal.MAX_LOCKS));
        engine = Snapshots.read(Snapshots.bytesOf(engine));
        belong(2, 1, 0, 0);
        ask(2, new Command.Attach(NAMED + 1, "name", 60_000));

        assertThat(ask(2, NAMED, lock("b", 0))).isEqualTo(refused(Refusal.MAX_LOCKS));
        ask(2, NAMED, new Command.Bye());
        assertThat(engine.ownerOf(2)).as("the connection is whose it was").isEqualTo("tenant");
        assertThat(ask(2, lock("c", 0))).isInstanceOf(Outcome.Granted.class);
        assertThat(ask(2, lock("d", 0))).isEqualTo(refused(Refusal.MAX_LOCKS));
    }

    @Test
    void limitsBelowWhatIsUsedTakeNothingAway() {
        belong(1, 0, 0, 0);
        ask(1, lock("a", 0));
        ask(1, lock("b", 0));
        ask(1, new Command.SetValue("v", "x".repeat(100), 0));

        belong(1, 1, 1, 10);

        assertThat(use()).isEqualTo(new OwnerUse(2, 0, Footprint.VALUE_BYTES + 101));
        assertThat(ask(1, lock("c", 0))).isEqualTo(refused(Refusal.MAX_LOCKS));
        assertThat(ask(1, new Command.SetValue("v", "x".repeat(101), 0))).isEqualTo(refused(Refusal.MAX_KEYS));
        assertThat(ask(1, new Command.SetValue("v", "x".repeat(99), 0))).as("less").isEqualTo(Outcome.DONE);
    }

    @Test
    void whatIsStoredCountsForWhoeverWroteItLast() {
        belong(1, 0, 0, 1_000);
        ask(1, new Command.SetValue("v", "x".repeat(100), 0));
        ask(1, new Command.Increment("n", 1));
        long before = use().valueBytes();
        assertThat(before).isEqualTo(Footprint.VALUE_BYTES + 101 + Footprint.COUNTER_BYTES + 1);
        assertThat(ask(1, new Command.SetValue("w", "x".repeat(900), 0))).isEqualTo(refused(Refusal.MAX_KEYS));
        assertThat(ask(1, new Command.SwapValue("w", "", "x".repeat(900), 0))).isEqualTo(refused(Refusal.MAX_KEYS));

        ask(2, new Command.SetValue("v", "y", 0));

        assertThat(use().valueBytes()).isEqualTo(Footprint.COUNTER_BYTES + 1);
    }

    /** What was popped and not received goes back to the list; it must not be nobody's then. */
    @Test
    void listsCountForThoseWhoFillThemAlsoWhenAValueGoesBack() {
        belong(1, 0, 0, 600);
        ask(1, new Command.Push("l", End.LEFT, "x".repeat(100)));
        long full = Footprint.LIST_BYTES + 1 + Footprint.ELEMENT_BYTES + 100;
        assertThat(use().valueBytes()).isEqualTo(full);
        ask(2, new Command.Push("l", End.LEFT, "nobody's"));
        assertThat(use().valueBytes()).isEqualTo(full);
        assertThat(ask(1, new Command.Push("l", End.LEFT, "x".repeat(200)))).isEqualTo(refused(Refusal.MAX_KEYS));

        var popped = ask(1, new Command.Pop("l", End.RIGHT));
        assertThat(use().valueBytes()).isEqualTo(Footprint.LIST_BYTES + 1);
        ask(1, new Command.Detach(List.of(popped), 0));

        assertThat(use().valueBytes()).isEqualTo(full);
        ask(2, new Command.Pop("l", End.RIGHT));
        ask(2, new Command.Pop("l", End.RIGHT));
        assertThat(engine.owners.all()).as("has nothing any more").isEmpty();
        assertThat(engine.bytes()).isZero();
    }

    @Test
    void refusalsAreCounted() {
        belong(1, 1, 0, 0);
        ask(1, lock("a", 0));
        ask(1, lock("b", 0));

        assertThat(engine.tally.refusals(Tally.OwnerLimit.HOLDS)).isEqualTo(1);
        assertThat(engine.tally.refusals(Tally.Limit.LOCKS)).isZero();
    }
}
