package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody has the server read its files again while it starts, which takes long where its log is. */
@Timeout(120)
class EarlyHangupIT {
    @Test
    void aHangupDuringTheStartEndsNothingAndIsHeededBehindIt(@TempDir Path folder) throws Exception {
        var server = new ProcessBuilder(
                ServerProcess.PROGRAM.toString(), "--port", "0", "--admin-port", "0", "--data-dir",
                folder.resolve("data").toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var log = new BufferedReader(new InputStreamReader(server.getErrorStream(), StandardCharsets.UTF_8))) {
            await(log, "answering operators"); // the first that it says, before it reads its state

            var kill = new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start();

            assertThat(kill.waitFor(20, TimeUnit.SECONDS)).isTrue();
            await(log, "listening address");
            await(log, "asked to read files again");
            assertThat(server.isAlive()).isTrue();
        } finally {
            server.destroy();
            assertThat(server.waitFor(40, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void await(BufferedReader log, String text) throws IOException {
        var line = log.readLine();
        while (line != null && !line.contains(text)) {
            line = log.readLine();
        }
        assertThat(line).as("the line that says \"%s\", before the end of the process", text).isNotNull();
    }
}
