package io.dflockd.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is made wrong on purpose is found, also where nobody looks into the log and only clients can notice. */
class MutationTest {
    private static final int MOST_SEEDS = 60;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatIsWrongIsFound(Mutation mutation) {
        assertThat(firstFailure(mutation, false)).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatIsWrongIsFoundByClientsAlone(Mutation mutation) {
        assertThat(firstFailure(mutation, true)).isNotEmpty();
    }

    private static String firstFailure(Mutation mutation, boolean trusting) {
        for (long seed = 1; seed <= MOST_SEEDS; seed++) {
            try {
                new SimulatedRun(seed, mutation, trusting).run();
            } catch (Violation e) {
                return e.getMessage();
            }
        }
        return fail(mutation + " was not found in " + MOST_SEEDS + " runs");
    }
}
