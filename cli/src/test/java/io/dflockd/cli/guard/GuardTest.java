package io.dflockd.cli.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a command leaves running ends with the lock, whatever becomes of what is said of it. */
@Timeout(60)
class GuardTest {
    private static final Path SHELL = Path.of("/bin/sh");
    private static final Duration MARGIN = Duration.ofMillis(200);
    /** Leaves a process behind, whose number is in the file. */
    private static final String LEAVES_ONE = "sleep 600 & echo $! > \"$0\"";

    @TempDir private Path folder;

    private final StubLease lease = new StubLease("k", false);

    @AfterEach
    void signalsAreThoseOfTheTestsAgain() {
        PassedSignals.restore();
    }

    @Test
    void whatItLeftRunningEndsAlsoWhereNobodyListens() throws Exception {
        var outcome = guard(GuardTest::forEver).run(holding(), SHELL, command());

        assertThat(outcome.status()).isZero();
        awaitEndOfWhatWasLeft();
    }

    @Test
    void itEndsAlsoWhereTheLossIsFoundAfterTheCommandAndNobodyListens() throws Exception {
        lease.doubt();

        assertThat(guard(GuardTest::forEver).run(holding(), SHELL, command()).lost()).isTrue();

        awaitEndOfWhatWasLeft();
    }

    /** As where no thread can be made any more. */
    @Test
    void failureHereEndsAllThatThereIs() throws Exception {
        var guard = guard(line -> {});
        lease.fail();

        assertThatThrownBy(() -> guard.run(holding(), SHELL, command())).hasMessage("isValid failed");

        awaitEndOfWhatWasLeft();
    }

    private static Guard guard(Consumer<String> words) {
        return new Guard(words, Map.of(), MARGIN, true);
    }

    private Holding holding() {
        return new Holding(List.of(lease.lease));
    }

    private List<String> command() {
        return List.of("sh", "-c", LEAVES_ONE, folder.resolve("left").toString());
    }

    private void awaitEndOfWhatWasLeft() throws Exception {
        var left = ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("left")).strip()));
        if (left.isPresent()) {
            var unused = left.get().onExit().get(20, TimeUnit.SECONDS);
        }
    }

    private static void forEver(String line) {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
