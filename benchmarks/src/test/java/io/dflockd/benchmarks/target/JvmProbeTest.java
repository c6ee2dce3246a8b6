package io.dflockd.benchmarks.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With the floor, which is a JVM of its own and at hand. */
class JvmProbeTest {
    @Test
    void allocationsAndPausesOfAnotherJvmAreSeen() throws Exception {
        try (var server = Server.start(Targets.named(Targets.FLOOR, Path.of("")))) {
            server.watchGarbage();
            var before = server.garbage().orElseThrow();

            try (var clients = server.lockClients(Duration.ZERO, Duration.ofSeconds(30));
                    var locks = clients.locks(List.of("key"))) {
                for (int i = 0; i < 100; i++) {
                    locks.acquire(0);
                    locks.release(0);
                }
            }

            var since = server.garbage().orElseThrow().since(before);
            assertThat(since.allocatedBytes()).isPositive();
            assertThat(since.pausesMs()).allSatisfy(pause -> assertThat(pause).isPositive());
        }
    }

    @Test
    void aServerThatIsNoJvmHasNoGarbage() throws Exception {
        var sleeper = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(JvmProbe.isJvm(sleeper.pid())).isFalse();
            assertThat(JvmProbe.isJvm(ProcessHandle.current().pid())).isTrue();
        } finally {
            sleeper.destroy();
        }
    }
}
