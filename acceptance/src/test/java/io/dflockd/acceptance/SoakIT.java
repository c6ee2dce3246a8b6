package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.soak.Soak;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A small soak, so that the command keeps working; {@code bin/soak} is the real one. */
class SoakIT {
    @Test
    @Timeout(120)
    void nobodyIsUnderALockWithAnotherWhileProcessesAreKilledAndStopped() throws IOException, InterruptedException {
        try (var server = ServerProcess.start()) {
            assertThat(Soak.run(server.address(), 40, 5, 4, Duration.ofSeconds(18))).isTrue();
        }
    }
}
