package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.protocol.Status;
import io.dflockd.protocol.Verb;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;

/** No command and no status word without a row. */
class CoverageTest {
    @Test
    void everyCommandIsInATranscript() throws IOException, URISyntaxException {
        var words = Arrays.stream(Verb.values()).map(Verb::word).toList();

        assertThat(firstWords(true)).containsAll(words);
    }

    @Test
    void everyStatusIsInATranscript() throws IOException, URISyntaxException {
        var words = Arrays.stream(Status.values())
                .filter(status -> status != Status.ERROR_DRAINING) // DrainingTest
                .filter(status -> status != Status.ERROR_MAX_REQUESTS) // IdentityLimitsTest of the server: by the clock
                .map(Status::word)
                .toList();

        assertThat(firstWords(false)).containsAll(words);
    }

    @Test
    void theWorkedExamplesAreAllThere() throws IOException, URISyntaxException {
        var titles = transcripts().stream().map(Transcript::title).toList();

        for (int i = 1; i <= 34; i++) {
            int number = i;
            assertThat(titles).anyMatch(title -> title.startsWith(number + ". "));
        }
    }

    private static Set<String> firstWords(boolean sent) throws IOException, URISyntaxException {
        return transcripts().stream()
                .flatMap(transcript -> transcript.steps().stream())
                .filter(step -> step.sends() == sent)
                .flatMap(step -> Stream.of(step.text().split(" ⇄ ", -1)))
                .map(text -> text.split(" ", 2)[0])
                .collect(Collectors.toSet());
    }

    private static List<Transcript> transcripts() throws IOException, URISyntaxException {
        return TranscriptTest.everyTranscript().map(Named::getPayload).toList();
    }
}
