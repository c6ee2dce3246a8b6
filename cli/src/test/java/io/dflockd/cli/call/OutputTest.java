package io.dflockd.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.cli.command.StatsCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void objectsAreOneLineOfJsonWithTheirNamesInOrder() {
        var output = new Output(new PrintStream(bytes, false, UTF_8), true);

        output.line("text", Call.object("key", "a\"\tü", "value", null, "count", 3L, "values", List.of("x")));

        assertThat(bytes.toString(UTF_8))
                .isEqualTo("{\"key\":\"a\\\"\\tü\",\"value\":null,\"count\":3,\"values\":[\"x\"]}\n");
    }

    @Test
    void peopleGetText() {
        var output = new Output(new PrintStream(bytes, false, UTF_8), false);

        output.line("text", Call.object("key", "a"));
        output.json(Call.object("key", "b"));

        assertThat(bytes.toString(UTF_8)).isEqualTo("text\n");
    }

    @Test
    void outputThatNobodyReadsAndOutputThatCannotBeWrittenAreToldApart() {
        assertThatThrownBy(() -> new Output(failing("Broken pipe"), false).line("text"))
                .isInstanceOf(Output.BrokenPipeException.class);
        assertThatThrownBy(() -> new Output(failing("No space left on device"), false).line("text"))
                .isInstanceOf(Output.WriteFailedException.class)
                .hasMessage("cannot write to standard output: No space left on device");
    }

    private static OutputStream failing(String why) {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException(why);
            }
        };
    }

    @Test
    void tablesAlignNumbersToTheRightAndTextToTheLeft() {
        var rows = List.of(row("key", "a-long-name", "lease_s", 2.25), row("key", "b\u001b[2J", "lease_s", 10));

        assertThat(TextTable.of(rows)).isEqualTo("""
                key          lease s
                a-long-name      2.3
                b\\u001b[2J        10""".indent(2).stripTrailing());
    }

    @Test
    void statsAreLinesOfNumbersAndATableForWhatIsThere() {
        var stats = row("connections", 2, "locks", List.of(row("key", "job", "waiters", 1)), "lists", List.of(),
                "totals", row("locks", 1, "lists", 0));

        assertThat(StatsCommand.text(stats)).isEqualTo("""
                connections 2
                totals: locks 1

                locks
                  key  waiters
                  job        1""");
        assertThat(StatsCommand.text(Map.of("connections", 1)))
                .endsWith("connections 1\n\nnothing held, nothing stored");
    }

    private static Map<String, Object> row(Object... namesAndValues) {
        return new LinkedHashMap<>(Call.object(namesAndValues));
    }
}
