package io.dflockd.examples;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code in docs/client.md is code that is compiled and run, word by word. */
class ClientGuideDocTest {
    private static final Path DOC = Path.of("..", "docs", "client.md");
    private static final Path SOURCE = Path.of("src/test/java/io/dflockd/examples/ClientGuideTest.java");
    private static final Pattern IN_SOURCE = Pattern.compile("(?m)^ *// snippet (\\S+)\n((?s:.*?))^ *// end\n");
    private static final Pattern IN_DOC = Pattern.compile("<!-- snippet (\\S+) -->\n```java\n((?s:.*?))```\n");

    @Test
    void everySnippetIsInTheDocumentAsItIsInTheSource() throws IOException {
        assertThat(inDocument()).containsExactlyInAnyOrderEntriesOf(inSource());
    }

    @Test
    void noOtherJavaIsInTheDocument() throws IOException {
        assertThat(Files.readString(DOC).split("```java", -1)).hasSize(inDocument().size() + 1);
    }

    @Test
    void everyErrorIsInItsTable() throws IOException {
        var doc = Files.readString(DOC);

        assertThat(Arrays.stream(ErrorCode.values()).map(code -> "| `" + code + "` |"))
                .allSatisfy(cell -> assertThat(doc).contains(cell));
    }

    private static Map<String, String> inDocument() throws IOException {
        var snippets = new LinkedHashMap<String, String>();
        IN_DOC.matcher(Files.readString(DOC))
                .results()
                .forEach(
                        found -> assertThat(snippets.put(found.group(1), found.group(2))).isNull());
        return snippets;
    }

    private static Map<String, String> inSource() throws IOException {
        var snippets = new LinkedHashMap<String, String>();
        IN_SOURCE.matcher(Files.readString(SOURCE))
                .results()
                .forEach(
                        found -> assertThat(snippets.put(found.group(1), outdented(found.group(2)))).isNull());
        return snippets;
    }

    private static String outdented(String code) {
        int indent = code.lines()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        return code.lines()
                .map(line -> line.isBlank() ? "" : line.substring(indent))
                .collect(joining("\n", "", "\n"));
    }
}
