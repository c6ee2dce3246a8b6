package io.dflockd.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays every transcript of {@code src/test/resources/transcripts}, over plain TCP and over TLS. */
class TranscriptTest {
    /** What the existing server does otherwise, or not at all. */
    private static final Set<String> NOT_UPSTREAM = Set.of("decision", "extension");
    /** What only the existing server does. */
    private static final String ONLY_UPSTREAM = "upstream";
    private static final String ONE = System.getProperty("dflockd.conformance.transcript", "");

    /** Those that the profile asks for. */
    static Stream<Named<Transcript>> transcripts() throws IOException, URISyntaxException {
        return everyTranscript().filter(named -> isWanted(named.getPayload()))
                .filter(named -> named.getName().contains(ONE));
    }

    static Stream<Named<Transcript>> everyTranscript() throws IOException, URISyntaxException {
        var folder = TranscriptTest.class.getResource("/transcripts");
        if (folder == null) {
            throw new IllegalStateException("no transcripts on the class path");
        }
        try (var files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().toList().stream().flatMap(TranscriptTest::ofFile);
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void plain(Transcript transcript) {
        play(transcript, false);
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void overTls(Transcript transcript) {
        play(transcript, true);
    }

    private static void play(Transcript transcript, boolean tls) {
        try (var conversation = new Conversation(Target.with(tls, transcript.options().toArray(String[]::new)))) {
            transcript.play(conversation);
        }
    }

    private static Stream<Named<Transcript>> ofFile(Path file) {
        try {
            return Transcript.parse(Files.readString(file))
                    .stream()
                    .map(transcript -> Named.of(file.getFileName() + ": " + transcript.title(), transcript));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("cannot read " + file.getFileName() + ": " + e.getMessage(), e);
        }
    }

    private static boolean isWanted(Transcript transcript) {
        boolean upstream = System.getProperty("dflockd.conformance.profile", "").equals("upstream");
        return upstream
                ? transcript.tags().stream().noneMatch(NOT_UPSTREAM::contains)
                : !transcript.tags().contains(ONLY_UPSTREAM);
    }
}
