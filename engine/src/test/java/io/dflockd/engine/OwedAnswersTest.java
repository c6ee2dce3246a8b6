package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

    /** The list, which counted it, is gone, but the answer has it. */
    @Test
    void aPoppedValueThatIsOwedCountsWithItsKey() {
        var key = "k".repeat(250);
        long before = engine.bytes();
        recorder.apply(engine, Entry.of(0, 2, 1, new Command.Push(key, End.LEFT, "v")));

        ask(1, 0, new Command.Pop(key, End.LEFT));

        assertThat(engine.bytes() - before).isGreaterThan(key.length() + 100);
        ask(2, 1, new Command.Ping());
        assertThat(engine.bytes() - before).isLessThan(key.length());
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

    @Test
    void acknowledgingManyAndForgettingManyWeighsOnce() {
        var footprint = new Footprint(Long.MAX_VALUE, new Tally());
        var owed = new OwedAnswers(footprint);
        var weights = new ArrayList<Long>();
        for (int i = 1; i <= Engine.REQUEST_WINDOW; i++) {
            owed.add(i, i % 4 == 0 ? new Outcome.Popped("l", End.LEFT, "v") : Outcome.DONE);
        }
        owed.weigh((before, after) -> weights.add(after));

        assertThat(owed.acknowledge(100_000)).isTrue();
        owed.keepOnlyValues();

        assertThat(weights).hasSize(2).endsWith(0L);
        assertThat(owed.size()).isEqualTo((int) Engine.REQUEST_WINDOW - 100_000);
        long values = (Engine.REQUEST_WINDOW - 100_000) / 4;
        assertThat(footprint.bytes())
                .isEqualTo(values * Footprint.answerBytes(new Outcome.Popped("l", End.LEFT, "v")));
    }

    /** Beside the plainest list of the same. */
    @Test
    void whateverComesAndGoesIsThereInItsOrder() {
        var random = new Random(7);
        for (int round = 0; round < 40; round++) {
            var footprint = new Footprint(Long.MAX_VALUE, new Tally());
            var owed = new OwedAnswers(footprint);
            var plain = new ArrayDeque<Long>();
            long number = 0;
            int most = 1 + random.nextInt(3_000);
            for (int i = 0; i < 3_000; i++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        for (int more = random.nextInt(most); more >= 0; more--) {
                            owed.add(++number, new Outcome.Count(number));
                            plain.add(number);
                        }
                    }
                    case 2 -> {
                        int less = random.nextInt(Math.min(2 * most, plain.size() + 1));
                        assertThat(owed.acknowledge(owed.received() + less)).isTrue();
                        for (; less > 0; less--) {
                            plain.remove();
                        }
                    }
                    default -> {
                        if (!plain.isEmpty() && random.nextInt(10) == 0) {
                            assertThat(owed.removeLatest()).isEqualTo(new Outcome.Count(plain.removeLast()));
                        }
                    }
                }
                assertThat(owed.size()).isEqualTo(plain.size());
                if (!plain.isEmpty()) {
                    check(owed, owed.received(), plain.getFirst());
                    check(owed, owed.decided() - 1, plain.getLast());
                }
                if (plain.size() > 20_000) {
                    owed.acknowledge(owed.decided());
                    plain.clear();
                }
            }
            long index = owed.received();
            for (long expected : plain) {
                check(owed, index++, expected);
            }
            assertThat(footprint.bytes()).isEqualTo(plain.size() * Footprint.answerBytes(new Outcome.Count(1)));
            assertThat(owed.capacity()).isLessThanOrEqualTo(Math.max(8, 4 * plain.size() + 2 * Chunks.CHUNK));
        }
    }

    private static void check(OwedAnswers owed, long index, long expected) {
        assertThat(owed.number(index)).isEqualTo(expected);
        assertThat(owed.content(index)).isEqualTo(new Outcome.Count(expected));
    }
}
