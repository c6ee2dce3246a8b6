package io.dflockd.shedlock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of locks whose processes end, or are killed. */
@Timeout(180)
class ProcessesTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final DflockdServer server = DflockdServer
            .start(ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "off").build());
    private final String address = "127.0.0.1:" + server.address().getPort();
    private final DflockdClient client = DflockdClient.connect(address);
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void close() {
        processes.forEach(Process::destroyForcibly);
        client.close();
        server.close();
    }

    /** A {@link Job} that has taken its locks. */
    private Process job(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
                Job.class.getName(), address));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        processes.add(process);
        var output = process.inputReader(UTF_8);
        var lines = new ArrayList<String>();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.equals("done")) {
                return process;
            }
        }
        throw new AssertionError("the job ended early, after " + lines);
    }

    private Optional<SimpleLock> lock(String name) {
        LockProvider provider = new DflockdLockProvider(client);
        return provider.lock(new LockConfiguration(Instant.now(), name, Duration.ofMinutes(1), Duration.ZERO));
    }

    private void awaitLock(String name) {
        Eventually.await(name + " is free", DEADLINE, Duration.ofMillis(20), () -> lock(name).isPresent());
    }

    @Test
    void theNextIsRefusedWhenAJobHasEndedBeforeItsLeastTime() throws Exception {
        long from = System.nanoTime();
        var process = job("exit", "long", "alone", "PT2M", "PT1M", "long-too", "session", "PT2M", "PT1M",
                "short", "alone", "PT2M", "PT5S", "short-too", "session", "PT2M", "PT5S");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();

        for (var name : List.of("short", "short-too")) {
            awaitLock(name);
            assertThat(Duration.ofNanos(System.nanoTime() - from)).as(name).isGreaterThan(Duration.ofSeconds(5));
        }
        // The grace of its session has passed as well.
        assertThat(lock("long")).isEmpty();
        assertThat(lock("long-too")).isEmpty();
    }

    @Test
    void theLockOfAProcessThatWasKilledStaysUntilAtMostUnlessItIsToBeReleased() throws Exception {
        long from = System.nanoTime();
        var process = job("stay", "session", "session", "PT1H", "PT0S", "alone", "alone", "PT1H", "PT0S",
                "alone-for-10s", "alone", "PT10S", "PT0S");
        assertThat(lock("session")).isEmpty();

        process.destroyForcibly(); // kill -9
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        awaitLock("session");
        assertThat(lock("alone")).as("after the grace of its session").isEmpty();
        awaitLock("alone-for-10s");
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofSeconds(10));
        assertThat(lock("alone")).isEmpty();
    }
}
