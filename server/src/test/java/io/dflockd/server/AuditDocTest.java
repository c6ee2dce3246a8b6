package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of docs/security.md has each event of the audit log. */
class AuditDocTest {
    private static final Path DOC = Path.of("..", "docs", "security.md");
    private static final Pattern EVENT = Pattern.compile(
            "\"((?:access|cluster|connection|hold|log_level|request|server|session|state)\\.[a-z]+|login|login\\.failed)\"");

    @Test
    void eachEventIsInTheTable() throws IOException {
        var recorded = new TreeSet<String>();
        for (var module : List.of("server", "service", "http")) {
            try (var files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> recorded.addAll(events(file)));
            }
        }
        assertThat(recorded).contains("login.failed", "hold.revoked", "server.started", "state.copied");

        var doc = Files.readString(DOC);
        var table = doc.substring(doc.indexOf("| event | when |"),
                doc.indexOf("```text", doc.indexOf("| event | when |")));
        var told = new TreeSet<String>();
        table.lines().filter(line -> line.startsWith("| `")).forEach(line -> {
            var names = Pattern.compile("`([a-z_.]+)`").matcher(line.substring(0, line.indexOf('|', 2)));
            while (names.find()) {
                told.add(names.group(1));
            }
        });

        assertThat(told).isEqualTo(recorded);
    }

    private static List<String> events(Path file) {
        try {
            return EVENT.matcher(Files.readString(file))
                    .results()
                    .map(it -> it.group(1))
                    .filter(it -> !it.endsWith(".js"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
