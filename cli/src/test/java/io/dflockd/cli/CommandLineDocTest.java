package io.dflockd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.Flags;
import io.dflockd.cli.line.Syntax;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/cli.md says what the program does. */
class CommandLineDocTest {
    private static final Path DOC = Path.of("..", "docs", "cli.md");

    @Test
    void everyCommandHasASectionWithItsUsageItsFlagsAndAnExample() throws IOException {
        var doc = Files.readString(DOC);

        for (var command : CommandTable.standard().all()) {
            assertThat(doc).as("the section of " + DOC + " that should be there").contains(section(command));
            assertThat(doc).as("an example of " + command.name())
                    .containsPattern("(?m)^\\$ .*dflock " + command.name() + "\\b");
        }
        assertThat(doc.lines().filter(line -> line.startsWith("### ")).count())
                .isEqualTo(CommandTable.standard().all().size());
    }

    @Test
    void theFlagsOfAllCommandsAreListed() throws IOException {
        assertThat(Files.readString(DOC)).contains("## Flags of every command\n\n" + table(Flags.GLOBAL));
    }

    @Test
    void everyExitStatusIsListed() throws IOException {
        assertThat(Files.readString(DOC)).contains(Arrays.stream(Exit.values())
                .map(exit -> "| %d | %s |".formatted(exit.status(), exit.meaning()))
                .collect(Collectors.joining("\n", "| exit status | meaning |\n|---|---|\n", "\n")));
    }

    private static String section(Syntax command) {
        var head = "### %s\n\n`%s`: %s\n".formatted(command.name(), command.usage(), command.summary());
        return command.flags().isEmpty() ? head : head + "\n" + table(command.flags());
    }

    private static String table(List<Flag> flags) {
        return flags.stream()
                .map(flag -> "| `%s` | %s | %s |".formatted(flag.usage().replace("|", "\\|"),
                        flag.variable() == null ? "" : "`" + flag.variable() + "`", flag.meaning()))
                .collect(Collectors.joining("\n", "| flag | variable | meaning |\n|---|---|---|\n", "\n"));
    }
}
