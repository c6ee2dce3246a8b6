package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptLogTest {
    @TempDir private Path folder;

    @BeforeEach
    void write() throws IOException {
        segment("log_0-99");
        segment("log_100-199");
        segment("log_200-299");
        segment("log_inprogress_300");
        segment("raft-meta");
    }

    @Test
    void entriesStayForThoseThatAreBehind() throws Exception {
        assertThat(new KeptLog(120, 1_000_000).purgeable(folder, 280)).isEqualTo(160);
    }

    @Test
    void whatStaysIsBoundedByItsBytesToo() throws Exception {
        assertThat(new KeptLog(1_000_000, 250).purgeable(folder, 280)).isEqualTo(99);
        assertThat(new KeptLog(1_000_000, 150).purgeable(folder, 280)).isEqualTo(199);
        assertThat(new KeptLog(1_000_000, 50).purgeable(folder, 280)).as("never what no snapshot has").isEqualTo(280);
    }

    @Test
    void nothingStaysForNobody() throws Exception {
        assertThat(KeptLog.NONE.purgeable(folder, 280)).isEqualTo(280);
    }

    @Test
    void theFileThatIsWrittenIsNotFinished() throws Exception {
        assertThat(KeptLog.finished(folder)).isEqualTo(299);
        assertThat(KeptLog.finished(Files.createDirectory(folder.resolve("empty")))).isEqualTo(-1);
    }

    private void segment(String name) throws IOException {
        Files.write(folder.resolve(name), new byte[100]);
    }
}
