package io.dflockd.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.history.SimulatedClients.Kind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code -Dhistory.seed=N} draws others. */
class RandomHistoriesTest {
    private static final long SEED = Long.getLong("history.seed", 20_270_115);
    private static final int MANY = 10_000;
    private static final int CLIENTS = 8;
    private static final int HISTORIES = 300;
    private static final int SHORT = 100;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @ParameterizedTest
    @EnumSource
    void whatHappenedOneAfterTheOtherIsFine(Kind kind) {
        checkInTime(SimulatedClients.run(random, CLIENTS, MANY, 0, List.of(kind)));
    }

    @ParameterizedTest
    @EnumSource
    void whatHappenedUnheardOfIsFine(Kind kind) {
        checkInTime(SimulatedClients.run(random, CLIENTS, MANY, 200, List.of(kind)));
    }

    private static void checkInTime(List<Operation> history) {
        var processor = ManagementFactory.getThreadMXBean();
        long before = processor.getCurrentThreadCpuTime();

        var findings = Findings.of(history, Linearizability.Budget.DEFAULT);

        long nanos = processor.getCurrentThreadCpuTime() - before;
        assertThat(findings.isClean()).as("seed %d: %s", SEED, findings).isTrue();
        assertThat(Duration.ofNanos(nanos)).as("seed %d", SEED).isLessThan(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @EnumSource
    void changedAnswerIsFoundOutWhereThereIsOnlyOneThatIsRight(Kind kind) {
        assertThat(foundOut(kind, 1)).as("seed %d", SEED).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void changedAnswerIsMostlyFoundOutWhereSeveralCanBeRight(Kind kind) {
        assertThat(foundOut(kind, 3)).as("seed %d", SEED).isGreaterThan(0.7);
    }

    /** The share of histories that are refused after one answer was changed. */
    private double foundOut(Kind kind, int clients) {
        int changed = 0;
        int found = 0;
        while (changed < HISTORIES) {
            var history = new ArrayList<>(SimulatedClients.run(random, clients, SHORT, 0, List.of(kind)));
            int victim = random.nextInt(SHORT / 2);
            @Nullable Operation other = changed(history.get(victim));
            if (other != null) {
                history.set(victim, other);
                changed++;
                found += Findings.of(history, Linearizability.Budget.DEFAULT).violations().isEmpty() ? 0 : 1;
            }
        }
        return (double) found / changed;
    }

    /** With another answer that could have been in another history; null where any answer goes. */
    private @Nullable Operation changed(Operation operation) {
        var answer = ((Outcome.Returned) operation.outcome()).answer();
        Object other;
        if (answer instanceof Boolean is) {
            other = !is;
        } else if (answer instanceof Long number) {
            other = number + random.nextInt(1, 3);
        } else if (answer instanceof String || operation.call() instanceof ValueCall.Get) {
            other = "v" + random.nextInt(1, SHORT / 4);
        } else {
            return null;
        }
        return other.equals(answer)
                ? null
                : new Operation(operation.number(), operation.client(), operation.key(), operation.call(),
                        operation.invokedAt(), operation.returnedAt(), new Outcome.Returned(other));
    }
}
