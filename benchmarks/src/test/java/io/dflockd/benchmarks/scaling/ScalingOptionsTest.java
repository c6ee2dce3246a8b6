package io.dflockd.benchmarks.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalingOptionsTest {
    private static final Path ROOT = Path.of("/project");

    private static ScalingOptions parse(String... arguments) throws ScalingOptions.BadOptionException {
        return ScalingOptions.parse(ROOT, List.of(arguments));
    }

    private static List<String> names(ScalingOptions options) {
        return options.axes().stream().map(axis -> axis.scale().name()).toList();
    }

    @Test
    void withoutArgumentsAllIsMeasuredAndStaysOutOfTheSources() throws Exception {
        var options = parse();

        assertThat(names(options)).containsExactly("keys", "connections", "waiters", "subscriptions");
        assertThat(options.rounds()).isEqualTo(3);
        assertThat(options.output()).isEqualTo(ROOT.resolve("benchmarks/target/scaling"));
        assertThat(options.json()).isEmpty();
    }

    @Test
    void theNumbersAreThePowersOfTenUpToWhatTheAxisAllows() throws Exception {
        var options = parse();

        assertThat(options.countsOf(new Keys())).containsExactly(1, 10, 100, 1000, 10_000, 100_000);
        assertThat(options.countsOf(new Connections())).containsExactly(1, 10, 100, 1000, 10_000);
    }

    @Test
    void aShortRunHasOneRoundAndNoLargestNumbersUnlessTheyAreAskedFor() throws Exception {
        var options = parse("--short", "--rounds", "2");

        assertThat(options.rounds()).isEqualTo(2);
        assertThat(options.countsOf(new Keys())).endsWith(10_000);
        assertThat(options.pace().measured()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void axesAndOptionsAreTaken() throws Exception {
        var options = parse(
                "waiters", "keys", "--most", "99", "--millis", "50", "--output", "o", "--json", "j");

        assertThat(names(options)).containsExactly("waiters", "keys");
        assertThat(options.countsOf(new Waiters())).containsExactly(1, 10);
        assertThat(options.pace().measured()).isEqualTo(Duration.ofMillis(50));
        assertThat(options.output()).isEqualTo(Path.of("o"));
        assertThat(options.json()).isEqualTo(Optional.of(Path.of("j")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "lists            | unknown axis \"lists\", valid are keys, connections, waiters, subscriptions",
            "--rounds=0       | --rounds is \"0\", valid are whole numbers above 0",
            "--most=many      | --most is \"many\", valid are whole numbers above 0",
            "--millis=-1      | --millis is \"-1\", valid are whole numbers above 0",
            "--nonsense       | Unrecognized option: --nonsense"})
    void whatCannotBeUsedIsNamed(String argument, String message) {
        assertThatThrownBy(() -> parse(argument))
                .isInstanceOf(ScalingOptions.BadOptionException.class)
                .hasMessage(message);
    }
}
