package io.dflockd.simulation;

import java.time.Duration;
import java.util.ArrayList;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs of nodes and clients in virtual time. A failure names the seed that repeats it:
 * {@code -Dsimulation.seed=N} begins there. {@link SimulationSoak} runs as many as wanted.
 */
class ClusterSimulation {
    private static final Duration TIME = Duration.ofSeconds(30);
    private static final int MOST_FAILURES = 3;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 119_220_517})
    void knownRunsGoWell(long seed) {
        new SimulatedRun(seed).run();
    }

    @Test
    void equalSeedsGiveEqualRuns() {
        Assertions.assertThat(new SimulatedRun(7).run()).isEqualTo(new SimulatedRun(7).run());
    }

    @Test
    void runsThatNobodyHasSeenGoWell() {
        long first = Long.getLong("simulation.seed", System.nanoTime() & 0xfff_ffff);
        long started = System.nanoTime();
        var failures = new ArrayList<String>();
        long seed = first;
        while (System.nanoTime() - started < TIME.toNanos() && failures.size() < MOST_FAILURES) {
            try {
                new SimulatedRun(seed).run();
            } catch (Violation e) {
                failures.add(e.getMessage());
            }
            seed++;
        }
        System.out.printf("simulation: seeds %d to %d%n", first, seed - 1);
        Assertions.assertThat(failures).as("seeds %d to %d", first, seed - 1).isEmpty();
    }
}
