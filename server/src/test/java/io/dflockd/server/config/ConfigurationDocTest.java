package io.dflockd.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of docs/configuration.md say what the program does. */
class ConfigurationDocTest {
    private static final Path DOC = Path.of("..", "docs", "configuration.md");

    @Test
    void theDocumentListsEverySettingAsItIs() throws IOException {
        var doc = Files.readString(DOC);

        for (Setting.Group group : Setting.Group.values()) {
            assertThat(doc).as("the section of " + DOC + " that should be there").contains(section(group));
        }
        assertThat(doc.lines().filter(line -> line.startsWith("| `--")).count()).isEqualTo(Setting.values().length);
    }

    private static String section(Setting.Group group) {
        return Stream.of(Setting.values())
                .filter(setting -> setting.group() == group)
                .map(ConfigurationDocTest::row)
                .collect(Collectors.joining(
                        "\n",
                        "## " + group.heading() + "\n\n| flag, file entry | variable | default | valid | meaning |\n"
                                + "|---|---|---|---|---|\n",
                        "\n"));
    }

    private static String row(Setting setting) {
        var byDefault = setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
        return "| `%s`, `%s` | `%s` | %s | %s | %s |"
                .formatted(
                        setting.flag(),
                        setting.entry(),
                        setting.variable(),
                        byDefault,
                        setting.valid(),
                        setting.meaning());
    }
}
