package io.dflockd.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.ServerProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A few seconds of it, so that the command keeps working; {@code bin/soak --hostile} is the real one. */
class RandomHostilityIT {
    private static final long SEED = 9;

    @Test
    @Timeout(180)
    void nobodyNoticesAttacksAtRandom() throws InterruptedException {
        try (var server = RandomHostility.start(ServerProcess.PROGRAM)) {
            assertThat(RandomHostility.run(server, SEED, Duration.ofSeconds(5))).isTrue();
        }
    }
}
