package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How many answers a session may leave unacknowledged, and how they are passed on. */
class OwedAnswersTest {
    private static final long NAMED = 1_000_000;

    private final Engine engine = new Engine(Limits.wide(), 0);
    private final Recorder recorder = new Recorder();

    OwedAnswersTest() {
        recorder.apply(engine, Entry.of(0, 1, 1, new Command.Attach(NAMED, "name", 60_000)));
    }

    private List<Record> ask(long number, long received, Command command) {
        return recorder.apply(engine, new Entry(0, new Action(0, 1, NAMED, number, received, command)));
    }

    @Test
    void whoAcknowledgesNothingIsClosedAtTheEndOfTheWindow() {
        for (long number = 1; number <= Engine.REQUEST_WINDOW; number++) {
            assertThat(ask(number, 0, new Command.Ping())).hasSize(1);
        }

        assertThat(ask(Engine.REQUEST_WINDOW + 1, 0, new Command.Ping()))
                .containsExactly(new Recorder.Close(1, "does not acknowledge answers"));
        assertThat(ask(Engine.REQUEST_WINDOW + 1, 1, new Command.Ping()))
                .containsExactly(new Recorder.Answer(NAMED, Engine.REQUEST_WINDOW + 1, Outcome.DONE));
    }

    @Test
    void theyArePassedOnInSlices() {
        for (long number = 1; number <= 3_000; number++) {
            ask(number, 0, new Command.Ping());
        }
        var effects = new Effects();

        long next = engine.owedAnswers(NAMED, 10, effects);

        assertThat(next).isEqualTo(10 + 1_024);
        assertThat(effects.size()).isEqualTo(1_024);
        assertThat(recorder.owedAnswers(engine, NAMED, 10)).hasSize(2_990)
                .startsWith(new Recorder.Answer(NAMED, 11, Outcome.DONE))
                .endsWith(new Recorder.Answer(NAMED, 3_000, Outcome.DONE));
    }

    @Test
    void aLargeAnswerEndsItsSlice() {
        ask(1, 0, new Command.Push("l", End.LEFT, "v"));
        ask(2, 1, new Command.ListRange("l", 0, -1));
        ask(3, 1, new Command.Ping());
        var effects = new Effects();

        assertThat(engine.owedAnswers(NAMED, 0, effects)).isEqualTo(2);
        assertThat(engine.owedAnswers(NAMED, 2, effects)).isEqualTo(3);
        assertThat(engine.owedAnswers(NAMED, 3, effects)).isEqualTo(3);
        assertThat(engine.decidedAnswers(NAMED)).isEqualTo(3);
    }

    @Test
    void aSessionThatIsNotThereOwesNothing() {
        assertThat(engine.owedAnswers(7, 0, new Effects())).isEqualTo(-1);
        assertThat(engine.decidedAnswers(7)).isEqualTo(-1);
    }
}
