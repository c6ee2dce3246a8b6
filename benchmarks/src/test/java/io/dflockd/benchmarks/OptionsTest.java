package io.dflockd.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.benchmarks.load.Workload;
import io.dflockd.benchmarks.target.Target;
import io.dflockd.benchmarks.target.Targets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Path ROOT = Path.of("/project");

    @Test
    void aWorkloadIsMeasuredInTheSizeThatItIsGiven() throws Options.BadOptionException {
        var options = parse("a/16", "b", "c", "--windows", "4,8");

        assertThat(options.workloads()).extracting(Workload::name).containsExactly("a/16", "b/16", "c/4", "c/8");
    }

    @Test
    void targetsTakeTurnsInTheOrderInWhichTheyAreNamed() throws Options.BadOptionException {
        var options = parse("a", "--targets", "redisson,ours-client,zookeeper", "--also", "go=godflockd --port {port}");

        assertThat(options.targets()).extracting(Target::name)
                .containsExactly("redisson", "ours-client", "zookeeper", "go");
    }

    @Test
    void severalNodesAreOneTarget() throws Options.BadOptionException {
        var options = parse("a", "--targets", "ours,replicated");

        assertThat(options.targets()).extracting(Target::name)
                .contains("ours", "ours-durable", "ours-3", "ours-client-3", "zookeeper-3");
        var three = options.targets()
                .stream()
                .filter(target -> target.name().equals("ours-3"))
                .findFirst()
                .orElseThrow();
        assertThat(three.commands()).hasSize(3);
        assertThat(three.commands().get(1)).containsSequence("--node", "n2").containsSequence("--data-dir", "{data}");
    }

    @Test
    void aVariantIsOurServerWithMoreOptions() throws Options.BadOptionException {
        var options = parse("a", "--targets", "ours", "--variant", "two=--io-threads 2", "--variant",
                "four=--io-threads 4");

        assertThat(options.targets()).extracting(Target::name).containsExactly("ours", "two", "four");
        assertThat(options.targets().get(1).command())
                .isEqualTo(List.of("/project/bin/dflockd", "--port", "{port}", "--io-threads", "2"));
        assertThat(options.targets().get(0).command()).doesNotContain("--io-threads");
    }

    @Test
    void aVariantOfTheJvmGoesIntoItsEnvironment() throws Options.BadOptionException {
        var options = parse("a", "--targets", "ours", "--variant-jvm", "young=-Xmn64m -Xmx1g");

        assertThat(options.targets().get(1).environment()).isEqualTo(Map.of("DFLOCKD_JAVA_OPTS", "-Xmn64m -Xmx1g"));
    }

    @Test
    void anotherCollectorTakesThePlaceOfOurs() throws Options.BadOptionException {
        var options = parse("a", "--targets", "ours", "--variant-jvm", "g1=-XX:+UseG1GC -Xmn64m");

        assertThat(options.targets().get(1).environment())
                .isEqualTo(Map.of("DFLOCKD_JAVA_OPTS", "-XX:-UseSerialGC -XX:+UseG1GC -Xmn64m"));
    }

    @Test
    void bothKindsOfOptionsUnderOneNameAreOneTarget() throws Options.BadOptionException {
        var options = parse(
                "a", "--targets", "ours", "--variant-jvm", "both=-Xmn64m", "--variant", "both=--io-threads 2");

        assertThat(options.targets()).extracting(Target::name).containsExactly("ours", "both");
        assertThat(options.targets().get(1).command()).endsWith("--io-threads", "2");
        assertThat(options.targets().get(1).environment()).containsKey("DFLOCKD_JAVA_OPTS");
    }

    @Test
    void aVariantWithoutNameOrOptionsIsRefusedWithWhatIsValid() {
        for (var bad : List.of("two", "=--io-threads 2", "two=", " = ")) {
            assertThatThrownBy(() -> parse("--variant", bad)).isInstanceOf(Options.BadOptionException.class)
                    .hasMessageContaining("\"" + bad + "\"")
                    .hasMessageContaining("NAME=OPTIONS");
        }
    }

    @Test
    void aVariantCannotHideATarget() {
        assertThatThrownBy(() -> parse("--variant-jvm", "redis=-Xmn64m")).isInstanceOf(Options.BadOptionException.class)
                .hasMessageContaining("redis");
    }

    @Test
    void besideAConsoleTwoThatAreEqualAndOneThatIsWatchedTakeTurns() throws Options.BadOptionException {
        var options = parse("a/16", "f", "--console", "100000");

        assertThat(options.console()).hasValue(100_000);
        assertThat(options.targets()).extracting(Target::name).containsExactly("quiet", "quiet-again", "watched");
        assertThat(options.targets()).extracting(Target::command).containsOnly(options.targets().get(0).command());
        assertThat(parse("--console", "1").workloads()).extracting(Workload::name)
                .noneMatch(name -> name.startsWith("e"));
        assertThatThrownBy(() -> parse("e", "--console", "1")).isInstanceOf(Options.BadOptionException.class)
                .hasMessageContaining("a, b, c and f");
        assertThatThrownBy(() -> parse("a", "--targets", "ours", "--console", "1"))
                .isInstanceOf(Options.BadOptionException.class)
                .hasMessageContaining("--targets");
    }

    @Test
    void aWalkHasAMillionLocksOrAsManyAsAreSaid() throws Options.BadOptionException {
        assertThat(Options.Walks.parse(List.of("walk"))).isEqualTo(new Options.Walks(1_000_000, 3));
        assertThat(Options.Walks.parse(List.of("walk/5000", "--rounds", "1"))).isEqualTo(new Options.Walks(5000, 1));
        assertThatThrownBy(() -> Options.Walks.parse(List.of("walk/many")))
                .isInstanceOf(Options.BadOptionException.class)
                .hasMessageContaining("walk/ is \"many\", valid are whole numbers above 0");
    }

    /** An option of the workloads would have no effect. */
    @Test
    void aWalkTakesNothingElse() {
        for (var other : List.of(List.of("walk", "--seconds", "5"), List.of("walk", "a"),
                List.of("walk", "--json", "f"))) {
            assertThatThrownBy(() -> Options.Walks.parse(other)).as("%s", other)
                    .isInstanceOf(Options.BadOptionException.class)
                    .hasMessageContaining(other.get(1));
        }
    }

    @Test
    void anUnknownTargetIsRefusedWithWhatIsValid() {
        assertThatThrownBy(() -> parse("--targets", "consul")).isInstanceOf(Options.BadOptionException.class)
                .hasMessageContaining("\"consul\"")
                .hasMessageContaining("redisson-fair");
    }

    @Test
    void theHelpNamesEveryTarget() {
        assertThat(Options.HELP).contains(Targets.names());
    }

    private static Options parse(String... arguments) throws Options.BadOptionException {
        return Options.parse(ROOT, arguments);
    }
}
