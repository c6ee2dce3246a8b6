package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditWriterTest {
    private static final Duration LONG = Duration.ofSeconds(15);

    @TempDir Path folder;

    private Path path = Path.of("");

    @BeforeEach
    void choosePath() {
        path = folder.resolve("audit.log");
    }

    private AuditWriter writer(long mostBytes) throws IOException {
        return AuditWriter.open(new AuditFile(path, mostBytes, 3), true, () -> Instant.EPOCH);
    }

    private static void record(AuditWriter writer, int from, int to) {
        for (int i = from; i < to; i++) {
            writer.record("event", Map.of("number", i));
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void recordsStandInTheFileInTheirOrder() throws IOException {
        try (var writer = writer(1 << 20)) {
            record(writer, 0, 1000);
        }
        try (var writer = writer(1 << 20)) {
            record(writer, 1000, 1001);
        }

        var lines = lines(path);
        assertThat(lines).hasSize(1001);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).endsWith(",\"event\":\"event\",\"number\":" + i + "}");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).doesNotEndWith("r--");
    }

    /** As where the process was killed while it wrote; both records were spoiled. */
    @Test
    void aLineThatWasCutOffSpoilsNoOther() throws IOException {
        Files.writeString(path, "{\"ts\":\"2026");

        try (var writer = writer(1 << 20)) {
            record(writer, 0, 1);
        }

        assertThat(lines(path)).hasSize(2).last().asString().startsWith("{").endsWith("\"number\":0}");
    }

    @Test
    void aFullFileIsNumberedAndTheOldestDeleted() throws IOException {
        for (int i = 0; i < 5; i++) {
            try (var writer = writer(100)) {
                record(writer, i, i + 1);
            }
        }

        assertThat(lines(path)).singleElement().asString().endsWith("4}");
        assertThat(lines(folder.resolve("audit.log.1"))).singleElement().asString().endsWith("3}");
        assertThat(lines(folder.resolve("audit.log.2"))).singleElement().asString().endsWith("2}");
        assertThat(folder.resolve("audit.log.3")).doesNotExist();
    }

    @Test
    void aFileThatWasMovedAwayIsOpenedAnew() throws IOException {
        try (var writer = writer(1 << 20)) {
            record(writer, 0, 1);
            Eventually.await("the first record", LONG, () -> lines(path).size() == 1);
            Files.move(path, folder.resolve("moved"));
            writer.reopen();
            record(writer, 1, 2);
        }

        assertThat(lines(folder.resolve("moved"))).hasSize(1);
        assertThat(lines(path)).singleElement().asString().endsWith("1}");
    }

    @Test
    void whatCannotBeWrittenIsCountedAndNothingMayBeDoneMeanwhile() throws IOException {
        try (var writer = writer(1 << 20)) {
            Files.delete(path);
            Files.createDirectory(path);
            writer.reopen();
            record(writer, 0, 1);
            Eventually.await("a failure", LONG, writer::isFailing);
            assertThat(writer.failures()).isEqualTo(1);
            assertThat(writer.mayAct()).isFalse();

            Files.delete(path);
            record(writer, 1, 2);
            Eventually.await("the end of it", LONG, writer::mayAct);
            assertThat(lines(path)).singleElement().asString().endsWith("1}");
        }
    }
}
