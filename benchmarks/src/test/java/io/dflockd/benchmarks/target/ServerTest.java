package io.dflockd.benchmarks.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerTest {
    @Test
    void whatAServerStoredIsDeletedWithIt() throws Exception {
        var target = Targets.named(Targets.FLOOR, Path.of("")).with(List.of("1", Target.DATA));

        var server = Server.start(target);
        var data = Path.of(lastWordOf(server.pid()));
        assertThat(data).isDirectory();
        server.close();

        assertThat(data).doesNotExist();
        assertThat(data.getParent()).doesNotExist();
        assertThat(ProcessHandle.of(server.pid())).isEmpty();
    }

    @Test
    void severalNodesHavePortsOfTheirOwnAndEndTogether() throws Exception {
        var floor = Targets.named(Targets.FLOOR, Path.of("")).command();
        var second = new ArrayList<>(floor);
        second.addAll(List.of("1", "{port1} {peer1} {next1} {port2}"));
        var dialect = new LibraryDialect((ports, wait, lease) -> {
            throw new UnsupportedOperationException("nobody locks");
        }, Dialect::connectToEach);

        var server = Server.start(new Target("two", dialect, List.of(floor, second), Map.of(), true));
        var ports = server.ports();
        var started = ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList();
        var told = new ArrayList<String>();
        for (var node : started) {
            told.add(lastWordOf(node.pid()));
        }
        server.close();

        assertThat(ports).hasSize(2).doesNotHaveDuplicates();
        assertThat(started).hasSize(2).noneMatch(ProcessHandle::isAlive);
        assertThat(told).as("what the second was told of the first")
                .anyMatch(word -> word.matches(ports.getFirst() + " \\d+ \\d+ " + ports.getLast()));
    }

    private static String lastWordOf(long pid) throws IOException {
        var commandLine = Files.readString(Path.of("/proc/" + pid + "/cmdline")); // each argument ends with a NUL
        int end = commandLine.length() - 1;
        return commandLine.substring(commandLine.lastIndexOf('\0', end - 1) + 1, end);
    }
}
