package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.EngineLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LogLengthTest {
    private static final String LONG = "v".repeat(4 << 20);
    private static final int PUT = 60;
    private static final long MIB = 1L << 20;
    /** What two snapshots are behind, what led to the next, and files that are only partly past. */
    private static final long MOST_LOG_BYTES = 200 * MIB;
    private static final EngineLimits LIMITS = new EngineLimits(100, 0, 0, 0, 0, 100 * MIB, 100 * MIB, 10, 60_000, true,
            5000, 60_000);

    @TempDir private Path folder;
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final EngineApplier applier = new EngineApplier(LIMITS);

    private RaftJournal open() throws IOException {
        var settings = new StorageSettings(folder.resolve("data"), false, false, Duration.ofMinutes(1), LIMITS,
                Optional.empty(), OptionalLong.empty());
        var journal = RaftJournal.open(settings, applier, System::nanoTime, () -> 1, failures::add);
        journal.begin();
        return journal;
    }

    /** However few records that are, as each may be long. */
    @Test
    void whatTwoSnapshotsHaveIsNotKeptInTheLog() throws Exception {
        try (var journal = open()) {
            int before = applier.applied;
            for (int i = 0; i < PUT; i++) {
                var put = new Command.SetValue("key", LONG, 0);
                journal.submit(new Action(0, 1, 1, i + 1, 0, put));
                journal.endTurn();
                int wanted = before + i + 1;
                await(() -> applier.applied >= wanted);
            }
            await(() -> count("snapshot.") == 2 && bytesOf("log_") < MOST_LOG_BYTES && count("log_0-") == 0);
        }
        assertThat(failures).isEmpty();
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    private long count(String prefix) throws IOException {
        return files(prefix).size();
    }

    private long bytesOf(String prefix) throws IOException {
        long bytes = 0;
        for (var file : files(prefix)) {
            bytes += file.toFile().length();
        }
        return bytes;
    }

    private List<Path> files(String prefix) throws IOException {
        try (var files = Files.find(folder, 10, (path, attributes) -> path.getFileName().toString().startsWith(prefix)
                && !path.toString().endsWith(DurableFile.UNFINISHED))) {
            return files.toList();
        }
    }
}
