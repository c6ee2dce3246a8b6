package io.dflockd.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.ServerProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two minutes' worth of the matrix: every combination once, with times drawn by a seed; {@code bin/faults} is the real
 * one. {@code -Dmatrix.seed=N} draws others, {@code -Dmatrix.case=N} carries out one of them.
 */
class FaultMatrixIT {
    private static final long SEED = Long.getLong("matrix.seed", 1);
    private static final int CASE = Integer.getInteger("matrix.case", -1);
    private static final int AT_ONCE = 36;

    @Test
    @Timeout(300)
    void neverTwoThatBelieveAndEveryLossToldOnceAndBefore() throws Exception {
        var violations = FaultMatrix.run(SEED, CASE, AT_ONCE, ServerProcess.PROGRAM.getParent(),
                Duration.ofMinutes(2));

        assertThat(violations).as("seed %d", SEED).isEmpty();
    }
}
