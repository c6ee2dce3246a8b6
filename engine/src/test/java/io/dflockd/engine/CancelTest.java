package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that wait no longer: called off by their session, or without a connection to answer to. */
class CancelTest {
    private static final long LONG_MS = 30_000;
    private static final long NAMED = 1_000;

    private final Engine engine = new Engine(Limits.wide(), 0);
    private final Recorder recorder = new Recorder();
    private final List<String> answers = new ArrayList<>();
    private long request;

    private long apply(long connection, Command command) {
        note(recorder.apply(engine, Entry.of(0, connection, ++request, command)));
        return request;
    }

    /** Without a number, from the connection that speaks for the named session. */
    private void applyUntagged(long connection, Command command) {
        note(recorder.apply(engine, new Entry(0, new Action(0, connection, NAMED, -++request, 0, command))));
    }

    private void note(List<Record> effects) {
        for (var effect : effects) {
            if (effect instanceof Recorder.Answer answer) {
                answers.add(answer.session() + " " + answer.outcome().getClass().getSimpleName());
            }
        }
    }

    private static Command read() {
        return new Command.Acquire("doc", Mode.READ, 0, LONG_MS, LONG_MS, false);
    }

    private static Command acquire(long waitMs) {
        return new Command.Acquire("jobs", Mode.PERMIT, 1, waitMs, LONG_MS, false);
    }

    private static Command enqueue() {
        return new Command.Enqueue("jobs", Mode.PERMIT, 1, LONG_MS, false);
    }

    private static Command await(long waitMs) {
        return new Command.Await("jobs", waitMs, false);
    }

    private static Command detach() {
        return new Command.Detach(List.of(), 0);
    }

    private void attach(long connection) {
        apply(connection, new Command.Attach(NAMED, "name", LONG_MS));
        answers.clear();
    }

    @Test
    void aWaiterWhoseConnectionBreaksMakesRoomForThoseBehindItAndIsNotAnswered() {
        apply(1, read());
        attach(2);
        applyUntagged(2, new Command.Acquire("doc", Mode.WRITE, 0, LONG_MS, LONG_MS, false));
        apply(3, read());
        answers.clear();

        applyUntagged(2, detach());

        assertThat(answers).containsExactly("3 Granted");
    }

    @Test
    void aPlaceThatAnEnqueueTookStays() {
        apply(1, acquire(0));
        attach(2);
        applyUntagged(2, enqueue());
        applyUntagged(2, await(LONG_MS));
        answers.clear();

        applyUntagged(2, detach());
        apply(1, detach());
        apply(3, new Command.Attach(NAMED + 1, "name", LONG_MS));
        answers.clear();
        applyUntagged(3, await(0));

        assertThat(answers).containsExactly(NAMED + " Granted");
    }

    @Test
    void aPopperWhoseConnectionBreaksGetsNoValue() {
        attach(1);
        applyUntagged(1, new Command.BlockingPop("q", End.LEFT, LONG_MS));

        applyUntagged(1, detach());
        apply(2, new Command.Push("q", End.LEFT, "v"));

        assertThat(answers).containsExactly("2 Count");
        assertThat(engine.read(new Command.ListLength("q"), 0)).isEqualTo(new Outcome.Count(1));
    }

    @Test
    void aParticipantWhoseConnectionBreaksCancelsTheBarrier() {
        attach(1);
        applyUntagged(1, new Command.AwaitBarrier("b", 3, LONG_MS));
        apply(2, new Command.AwaitBarrier("b", 3, LONG_MS));

        applyUntagged(1, detach());

        assertThat(answers).containsExactly("2 TimedOut");
    }

    @Test
    void aRequestThatIsCancelledIsAnsweredAsIfItsTimeHadRunOut() {
        apply(1, acquire(0));
        long lock = apply(2, acquire(LONG_MS));
        apply(3, enqueue());
        long wait = apply(3, await(LONG_MS));
        long pop = apply(4, new Command.BlockingPop("q", End.LEFT, LONG_MS));
        long barrier = apply(5, new Command.AwaitBarrier("b", 2, LONG_MS));
        answers.clear();

        apply(2, new Command.Cancel(lock));
        apply(3, new Command.Cancel(wait));
        apply(4, new Command.Cancel(pop));
        apply(5, new Command.Cancel(barrier));

        assertThat(answers)
                .containsExactly(
                        "2 TimedOut", "2 Done", "3 TimedOut", "3 Done", "4 Nothing", "4 Done", "5 TimedOut", "5 Done");
        assertThat(engine.census().waiters()).isZero();
        assertThat(engine.census().sessions()).isEqualTo(1);
    }

    @Test
    void aRequestThatWasAnsweredCannotBeCancelled() {
        long granted = apply(1, acquire(0));

        apply(1, new Command.Cancel(granted));

        assertThat(answers).containsExactly("1 Granted", "1 Done");
        assertThat(engine.isOwner(1)).isTrue();
    }
}
