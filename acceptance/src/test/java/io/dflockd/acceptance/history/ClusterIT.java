package io.dflockd.acceptance.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dflockd.acceptance.cluster.Hosts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs use everything at once while the node of their cluster that leads is killed, stands still, is stopped in order or is
 * cut off. {@code -Dcluster.seed=N} draws other choices, {@code -Dcluster.faults=N} has each fault come that often,
 * {@code -Dcluster.kinds=kill,cut} has those alone.
 */
@Timeout(value = 3_600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClusterIT {
    private static final Path SAID = Path.of("target", "cluster-cuts.txt");

    private final long seed = Long.getLong("cluster.seed", System.nanoTime() & 0xffff);

    @TempDir private Path folder;

    @Test
    void whatProgramsSawWhileTheirLeadersFellCanHaveBeen() throws Exception {
        var kinds = chosen(ClusterHistory.OF_PROCESSES);
        try (var history = new ClusterHistory(seed, Integer.getInteger("cluster.faults", 1), kinds, folder)) {
            history.run();
        }
    }

    @Test
    void whatProgramsSawWhileTheirLeadersWereCutOffCanHaveBeen() throws Exception {
        assumeTrue(Hosts.arePermitted(), "no network namespaces here, so no node is cut off from the others");
        var kinds = chosen(ClusterHistory.OF_NETWORKS);
        var command = new ArrayList<>(Hosts.ALONE);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), ClusterHistory.class.getName(),
                Long.toString(seed), Integer.toString(Integer.getInteger("cluster.faults", 1))));
        kinds.forEach(kind -> command.add(kind.name()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(SAID.toFile()).start();
        try {
            boolean hasEnded = process.waitFor(3_000, TimeUnit.SECONDS);
            var said = Files.readString(SAID);
            System.out.println(said);
            assertThat(hasEnded).as("in time").isTrue();
            assertThat(process.exitValue()).as("status, having said: %s", said).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Set<ClusterHistory.Fault> chosen(Set<ClusterHistory.Fault> possible) {
        var asked = System.getProperty("cluster.kinds");
        var kinds = EnumSet.copyOf(possible);
        if (asked != null) {
            kinds.retainAll(Stream.of(asked.toUpperCase(Locale.ROOT).split(",", -1))
                    .map(ClusterHistory.Fault::valueOf)
                    .collect(Collectors.toSet()));
        }
        assumeFalse(kinds.isEmpty(), () -> "none of " + possible + " was asked for, but " + asked);
        return kinds;
    }
}
