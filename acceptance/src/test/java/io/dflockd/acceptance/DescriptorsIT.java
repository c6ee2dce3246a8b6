package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that has no file descriptors left. */
class DescriptorsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int DESCRIPTORS = 160;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"auto", "epoll", "nio"})
    void serverWithoutDescriptorsWaitsForSomeAndServesThoseThatItHas(String transport) throws Exception {
        try (var server = ServerProcess.start(limited(), "--transport", transport)) {
            var sockets = new ArrayList<Socket>();
            try {
                for (int count = 0; count < 2 * DESCRIPTORS; count++) {
                    sockets.add(connect(server));
                }
                Eventually.await("a failure to accept", DEADLINE, () -> failures(server) >= 1);
                long first = System.nanoTime();
                Eventually.await("another attempt", DEADLINE, () -> failures(server) >= 2);

                assertThat(Duration.ofNanos(System.nanoTime() - first))
                        .as("between two attempts")
                        .isGreaterThan(Duration.ofMillis(500));
                assertThat(ping(sockets.get(0))).isEqualTo("ok");
            } finally {
                for (var socket : sockets) {
                    socket.close();
                }
            }
            try (var late = connect(server)) {
                assertThat(ping(late)).isEqualTo("ok");
            }
        }
    }

    private Path limited() throws IOException {
        var script = folder.resolve("limited");
        Files.writeString(script, "#!/bin/sh\nulimit -n %d\nexec %s \"$@\"\n".formatted(DESCRIPTORS,
                ServerProcess.PROGRAM.toAbsolutePath()));
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    private static long failures(ServerProcess server) {
        return server.log().stream().filter(line -> line.contains("cannot accept connections")).count();
    }

    private static Socket connect(ServerProcess server) throws IOException {
        var socket = new Socket();
        socket.connect(server.socketAddress(), (int) DEADLINE.toMillis());
        socket.setSoTimeout((int) DEADLINE.toMillis());
        return socket;
    }

    private static String ping(Socket socket) throws IOException {
        socket.getOutputStream().write("ping\n_\n\n".getBytes(StandardCharsets.US_ASCII));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
    }
}
