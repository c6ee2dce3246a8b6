package io.dflockd.cli.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EndingTest {
    private static final long GRACE_NANOS = 50_000_000;

    private static Process stubborn() throws Exception {
        var process = new ProcessBuilder("sh", "-c", "trap '' TERM; echo here; while :; do sleep 1; done").start();
        assertThat(process.getInputStream().read()).isEqualTo('h');
        return process;
    }

    /** On a busy machine the search once took longer than the rest of the lock's time. */
    @Test
    void whoDoesNotEndIsKilledInTimeHoweverLongTheSearchForItsFamilyTakes() throws Exception {
        var process = stubborn();

        new Ending(process, () -> {
            try {
                process.onExit().get(20, TimeUnit.SECONDS); // the search that takes longest
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError("it lives on", e);
            }
            return List.of();
        }).within(GRACE_NANOS, () -> {});

        assertThat(process.isAlive()).isFalse();
        assertThat(process.exitValue()).isEqualTo(128 + 9);
    }

    /** As where what it says goes to a pipe that is full and that nobody reads. */
    @Test
    void whoDoesNotEndIsKilledInTimeAlsoWhereNobodyListens() throws Exception {
        var process = stubborn();
        var said = new CountDownLatch(1);

        new Ending(process, List::of).within(GRACE_NANOS, () -> {
            try {
                said.await(); // nobody ever counts it down
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThat(process.isAlive()).isFalse();
        assertThat(process.exitValue()).isEqualTo(128 + 9);
    }

    @Test
    void whatCameFromItEndsWithIt() throws Exception {
        var process = stubborn();
        var other = stubborn();

        new Ending(process, () -> other.isAlive() ? List.of(other.toHandle()) : List.of()).within(GRACE_NANOS,
                () -> {});

        assertThat(process.isAlive()).isFalse();
        assertThat(other.waitFor()).isEqualTo(128 + 9);
    }
}
