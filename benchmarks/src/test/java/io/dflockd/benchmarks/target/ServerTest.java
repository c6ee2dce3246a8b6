package io.dflockd.benchmarks.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerTest {
    @Test
    void whatAServerStoredIsDeletedWithIt() throws Exception {
        var target = Targets.named(Targets.FLOOR, Path.of("")).with(List.of("1", Target.DATA));

        var server = Server.start(target);
        var data = lastArgumentOf(server.pid());
        assertThat(data).isDirectory();
        server.close();

        assertThat(data).doesNotExist();
        assertThat(data.getParent()).doesNotExist();
        assertThat(ProcessHandle.of(server.pid())).isEmpty();
    }

    private static Path lastArgumentOf(long pid) throws IOException {
        var commandLine = Files.readString(Path.of("/proc/" + pid + "/cmdline")); // each argument ends with a NUL
        int end = commandLine.length() - 1;
        return Path.of(commandLine.substring(commandLine.lastIndexOf('\0', end - 1) + 1, end));
    }
}
