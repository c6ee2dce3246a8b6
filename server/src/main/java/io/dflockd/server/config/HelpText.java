package io.dflockd.server.config;

/** The answer to {@code --help}. */
public final class HelpText {
    private static final int COLUMN = 36;
    private static final int WIDTH = 100;

    private HelpText() {}

    public static String render() {
        var text = new StringBuilder("""
                dflockd - a server for distributed locks and their kin

                Usage: dflockd [--OPTION VALUE | --OPTION=VALUE]...

                Each option can also be set in the environment (max-locks as DFLOCKD_MAX_LOCKS; docs/configuration.md
                has all names) and in a configuration file (max-locks: 5000). The command line comes first, then the
                environment, then the file. Times are whole seconds unless it says otherwise.
                """);
        for (Setting.Group group : Setting.Group.values()) {
            text.append('\n').append(group.heading()).append(":\n");
            for (Setting setting : Setting.values()) {
                if (setting.group() == group) {
                    var meaning = setting.meaning() + defaultOf(setting);
                    row(setting.flag() + " " + setting.placeholder(), meaning, text);
                }
            }
        }
        text.append("\nOther:\n");
        row("--config FILE", "configuration file (YAML); also DFLOCKD_CONFIG", text);
        row("--version", "print the version", text);
        row("--help", "print this", text);
        text.append("""

                Exit status: 0 after a shutdown that was asked for, 1 after a failure, 2 if the server cannot start.
                """);
        return text.toString();
    }

    private static String defaultOf(Setting setting) {
        return setting.defaultText().isEmpty() ? "" : " [" + setting.defaultText() + "]";
    }

    private static void row(String left, String right, StringBuilder text) {
        var line = new StringBuilder("  ").append(left);
        if (line.length() > COLUMN - 2) {
            text.append(line).append('\n');
            line.setLength(0);
        }
        for (var word : right.split(" ", -1)) {
            if (line.length() > COLUMN && line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line.setLength(0);
            }
            pad(line);
            line.append(line.length() > COLUMN ? " " : "").append(word);
        }
        text.append(line).append('\n');
    }

    private static void pad(StringBuilder line) {
        if (line.length() < COLUMN) {
            line.append(" ".repeat(COLUMN - line.length()));
        }
    }
}
