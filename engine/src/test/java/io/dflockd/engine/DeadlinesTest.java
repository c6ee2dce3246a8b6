package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {
    private final Deadlines deadlines = new Deadlines();
    /** The plainest thing that does the same. */
    private final TreeSet<StoredValue> model = new TreeSet<>(
            Comparator.comparingLong((StoredValue value) -> value.deadlineMs).thenComparingLong(StoredValue::sequence));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatIsDueComesInOrderWhateverIsMovedOrCancelledBefore(long seed) {
        var random = new SplittableRandom(seed);
        var values = new StoredValue[200];
        for (int i = 0; i < values.length; i++) {
            values[i] = new StoredValue("k" + i, "v", i);
        }
        for (int i = 0; i < 20_000; i++) {
            var value = values[random.nextInt(values.length)];
            switch (random.nextInt(5)) {
                case 0 -> cancel(value);
                case 1 -> assertThat(deadlines.pollDue(i)).isSameAs(pollModel(i));
                default -> schedule(value, i + random.nextInt(100));
            }
            assertThat(deadlines.nextMs()).isEqualTo(model.isEmpty() ? Long.MAX_VALUE : model.getFirst().deadlineMs);
            assertThat(deadlines.isEmpty()).isEqualTo(model.isEmpty());
        }
    }

    private void schedule(StoredValue value, long deadlineMs) {
        model.remove(value);
        deadlines.schedule(value, deadlineMs);
        model.add(value);
    }

    private void cancel(StoredValue value) {
        model.remove(value);
        deadlines.cancel(value);
    }

    private StoredValue pollModel(long nowMs) {
        return model.isEmpty() || model.getFirst().deadlineMs > nowMs ? null : model.pollFirst();
    }
}
