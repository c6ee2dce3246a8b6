package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.protocol.Status;
import io.dflockd.protocol.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/protocol.md shows is what the server says: each of its text blocks is a transcript. */
@Tag("decision")
class ProtocolDocTest {
    private static final Path DOC = Path.of("..", "docs", "protocol.md");
    private static final Pattern SECTION_OR_EXAMPLE = Pattern.compile("(?m)^##+ (.+)$|^```text\\n((?s:.*?))^```$");

    static Stream<Named<Transcript>> examples() throws IOException {
        var examples = Stream.<Named<Transcript>>builder();
        var section = "";
        int number = 0;
        var found = SECTION_OR_EXAMPLE.matcher(Files.readString(DOC));
        while (found.find()) {
            if (found.group(1) != null) {
                section = found.group(1);
                number = 0;
            } else {
                number++;
                examples.add(Named.of(section + ", example " + number, Transcript.ofLines(found.group(2))));
            }
        }
        return examples.build();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void exampleIsWhatTheServerSays(Transcript example) {
        assertThat(example.steps()).isNotEmpty();
        try (var conversation = new Conversation(Target.with(example.options().toArray(String[]::new)))) {
            example.play(conversation);
        }
    }

    @Test
    void everyCommandAndStatusIsDescribed() throws IOException {
        var doc = Files.readString(DOC);

        assertThat(Arrays.stream(Verb.values()).map(verb -> "`" + verb.word() + "`"))
                .allSatisfy(word -> assertThat(doc).contains(word));
        assertThat(Arrays.stream(Status.values()).map(status -> "| `" + status.word() + "` |"))
                .allSatisfy(row -> assertThat(doc).contains(row));
    }
}
