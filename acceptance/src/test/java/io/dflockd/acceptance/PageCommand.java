package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A command that stands in a block of a page.
 *
 * @param shown what the page says that it prints
 */
record PageCommand(String line, List<String> shown) {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```(console|sh)\\n(.*?)^ *```$");

    /** All of a page, in its order. */
    static List<PageCommand> in(String page) {
        var all = new ArrayList<PageCommand>();
        BLOCK.matcher(page).results().forEach(block -> {
            boolean isConsole = block.group(1).equals("console");
            var line = new StringBuilder();
            for (var each : block.group(2).stripTrailing().stripIndent().lines().toList()) {
                boolean goesOn = line.length() > 0;
                if (isConsole && !goesOn && !each.startsWith("$ ")) {
                    assertThat(all).as("a block that begins with no command: %s", each).isNotEmpty();
                    all.get(all.size() - 1).shown.add(each);
                    continue;
                }
                line.append(goesOn ? each.strip() : isConsole ? each.substring(2) : each);
                if (each.endsWith("\\")) {
                    line.setLength(line.length() - 1);
                } else {
                    all.add(new PageCommand(line.toString(), new ArrayList<>()));
                    line.setLength(0);
                }
            }
        });
        return all;
    }

    /** Without what is different each time; a line that is repeated with other numbers stands once. */
    static String alike(List<String> lines) {
        var alike = new ArrayList<String>();
        for (var line : lines) {
            var one = line.replaceAll("dfl_\\S+", "TOKEN")
                    .replaceAll("sha256:[^\"]+", "DIGEST")
                    .replaceAll("\\b[0-9a-f]{64}\\b", "DIGEST")
                    .replaceAll("id: [a-z0-9]+-\\d+", "ID")
                    .replaceAll("\\d+(\\.\\d+)?", "#")
                    .replaceAll("\\s+", " ")
                    .strip();
            if (alike.isEmpty() || !alike.get(alike.size() - 1).equals(one)) {
                alike.add(one);
            }
        }
        return String.join("\n", alike);
    }
}
