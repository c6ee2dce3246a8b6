package io.dflockd.engine;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Random histories for as long as wanted; no part of the normal tests:
 * {@code mvn -pl engine test -Dtest=EngineSoak -Dsoak.seconds=600}. {@code soak.seed} sets the first seed.
 */
class EngineSoak {
    private static final int ENTRIES_OF_A_HISTORY = 20_000;

    @Test
    void whatMustAlwaysHoldHolds() throws IOException {
        var time = Duration.ofSeconds(Long.getLong("soak.seconds", 60));
        long firstSeed = Long.getLong("soak.seed", System.nanoTime());
        long started = System.nanoTime();
        long seed = firstSeed;
        while (System.nanoTime() - started < time.toNanos()) {
            new CheckedRun(seed++).run(ENTRIES_OF_A_HISTORY);
        }
        System.out.printf("soak: seeds %d to %d passed, %d entries each%n", firstSeed, seed - 1, ENTRIES_OF_A_HISTORY);
    }
}
