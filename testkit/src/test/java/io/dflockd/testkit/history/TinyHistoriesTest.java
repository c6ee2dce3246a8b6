package io.dflockd.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** {@code -Dhistory.seed=N} draws others. */
class TinyHistoriesTest {
    private static final int HISTORIES = 40_000;

    @Test
    void searchFindsAnOrderExactlyWhereOneIs() {
        long seed = Long.getLong("history.seed", 20_270_115);
        var random = new SplittableRandom(seed);
        int fine = 0;

        for (int i = 0; i < HISTORIES; i++) {
            var history = TinyHistories.draw(random);
            boolean isFine = BruteForce.isLinearizable(history);
            fine += isFine ? 1 : 0;

            var verdict = Linearizability.check(history, Linearizability.Budget.DEFAULT).get(0);
            var expected = isFine ? Verdict.Linearizable.class : Verdict.NotLinearizable.class;
            if (!expected.isInstance(verdict)) {
                fail("seed %d, history %d: %s is wrong of %s", seed, i, verdict, history);
            }
        }

        assertThat(fine).isBetween(HISTORIES / 5, HISTORIES * 4 / 5);
    }
}
