package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancelTest {
    private static final EngineLimits LIMITS = new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 5_000, 60_000);
    private static final long LONG_MS = 30_000;

    private final Engine engine = new Engine(LIMITS, 0);
    private final List<String> answers = new ArrayList<>();
    private long request;

    private long apply(long session, Command command) {
        engine.apply(new Entry(0, 1, session, ++request, command), new Effects() {
            @Override
            public void answer(long to, long number, Outcome outcome) {
                answers.add(to + " " + outcome.getClass().getSimpleName());
            }

            @Override
            public void push(long to, Notice notice) {
                answers.add(to + " " + notice);
            }
        });
        return request;
    }

    private static Command read() {
        return new Command.Acquire("doc", Mode.READ, 0, LONG_MS, LONG_MS);
    }

    @Test
    void aWaiterThatIsCancelledMakesRoomForThoseBehindItAndIsNotAnswered() {
        apply(1, read());
        long writer = apply(2, new Command.Acquire("doc", Mode.WRITE, 0, LONG_MS, LONG_MS));
        apply(3, read());
        answers.clear();

        apply(2, new Command.Cancel(writer));

        assertThat(answers).containsExactly("3 Granted");
    }

    @Test
    void aPlaceThatAnEnqueueTookStays() {
        apply(1, new Command.Acquire("jobs", Mode.PERMIT, 1, 0, LONG_MS));
        apply(2, new Command.Enqueue("jobs", Mode.PERMIT, 1, LONG_MS));
        long wait = apply(2, new Command.Await("jobs", LONG_MS));
        answers.clear();

        apply(2, new Command.Cancel(wait));
        apply(1, new Command.EndSession(false));
        apply(2, new Command.Await("jobs", 0));

        assertThat(answers).containsExactly("2 Granted");
    }

    @Test
    void aPopperThatIsCancelledGetsNoValue() {
        long pop = apply(1, new Command.BlockingPop("q", End.LEFT, LONG_MS));

        apply(1, new Command.Cancel(pop));
        apply(2, new Command.Push("q", End.LEFT, "v"));

        assertThat(answers).containsExactly("2 Count");
        assertThat(engine.inventory(1).lists().getFirst().length()).isEqualTo(1);
    }

    @Test
    void aParticipantThatIsCancelledCancelsTheBarrier() {
        long first = apply(1, new Command.AwaitBarrier("b", 3, LONG_MS));
        apply(2, new Command.AwaitBarrier("b", 3, LONG_MS));

        apply(1, new Command.Cancel(first));

        assertThat(answers).containsExactly("2 TimedOut");
    }

    @Test
    void aRequestThatGivesUpIsAnsweredAsIfItsTimeHadRunOut() {
        apply(1, new Command.Acquire("jobs", Mode.PERMIT, 1, 0, LONG_MS));
        long lock = apply(2, new Command.Acquire("jobs", Mode.PERMIT, 1, LONG_MS, LONG_MS));
        apply(3, new Command.Enqueue("jobs", Mode.PERMIT, 1, LONG_MS));
        long wait = apply(3, new Command.Await("jobs", LONG_MS));
        long pop = apply(4, new Command.BlockingPop("q", End.LEFT, LONG_MS));
        long barrier = apply(5, new Command.AwaitBarrier("b", 2, LONG_MS));
        answers.clear();

        apply(2, new Command.GiveUp(lock));
        apply(3, new Command.GiveUp(wait));
        apply(4, new Command.GiveUp(pop));
        apply(5, new Command.GiveUp(barrier));

        assertThat(answers).containsExactly("2 TimedOut", "3 TimedOut", "4 Nothing", "5 TimedOut");
        assertThat(engine.census().waiters()).isZero();
        assertThat(engine.census().sessions()).isEqualTo(1);
    }

    @Test
    void aRequestThatWasAnsweredCannotBeCancelled() {
        long granted = apply(1, new Command.Acquire("jobs", Mode.PERMIT, 1, 0, LONG_MS));

        apply(1, new Command.Cancel(granted));

        assertThat(engine.isOwner(1)).isTrue();
    }
}
