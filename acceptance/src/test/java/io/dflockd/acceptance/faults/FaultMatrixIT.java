package io.dflockd.acceptance.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.ServerProcess;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Two minutes' worth of the matrix: every combination once, with times drawn by a seed; {@code bin/faults} is the real
 * one. {@code -Dmatrix.seed=N} draws others, {@code -Dmatrix.case=N} carries out one of them. In a process of its own, so
 * that whatever stays behind in it is the matrix's.
 */
class FaultMatrixIT {
    private static final int SECONDS = 120;
    private static final int AT_ONCE = 36;
    private static final int DEADLINE_SECONDS = 290;

    @Test
    void neverTwoThatBelieveAndEveryLossToldOnceAndBefore() throws Exception {
        var matrix = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                HostedHolders.NO_LOG, "-Dslf4j.internal.verbosity=WARN", "-cp", System.getProperty("java.class.path"),
                FaultMatrix.class.getName(), Integer.toString(SECONDS), System.getProperty("matrix.seed", "1"),
                System.getProperty("matrix.case", "-1"), Integer.toString(AT_ONCE),
                ServerProcess.PROGRAM.getParent().toString()).redirectErrorStream(true).start();
        var ending = matrix.onExit()
                .completeOnTimeout(matrix, DEADLINE_SECONDS, TimeUnit.SECONDS)
                .thenAccept(Process::destroy);

        var lines = matrix.inputReader(UTF_8).lines().peek(System.out::println).toList();

        ending.join();
        assertThat(lines).filteredOn(line -> line.startsWith(Report.VIOLATION)).isEmpty();
        assertThat(matrix.waitFor()).as("exit status, after %s", lines).isZero();
    }
}
