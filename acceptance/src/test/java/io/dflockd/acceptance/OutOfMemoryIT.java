package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that is told of more memory than it has. */
class OutOfMemoryIT {
    private static final int EXIT_ON_OUT_OF_MEMORY = 3;
    private static final int VALUES = 4_000;
    private static final int VALUE_BYTES = 60_000;
    private static final int DEADLINE_SECONDS = 20;

    @Test
    void endsAtOnceWhereMemoryDoes() throws Exception {
        var environment = Map.of("DFLOCKD_JAVA_OPTS", "-Xmx40m");
        try (var server = ServerProcess.start(ServerProcess.PROGRAM, environment, "--max-memory", "10g")) {
            fill(server);

            assertThat(server.process().waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).as("it has ended").isTrue();
            assertThat(server.process().exitValue()).isEqualTo(EXIT_ON_OUT_OF_MEMORY);
        }
    }

    /** Until nobody takes it any more. */
    private static void fill(ServerProcess server) throws IOException {
        try (var socket = new Socket()) {
            socket.setSoTimeout(DEADLINE_SECONDS * 1000);
            socket.connect(server.socketAddress());
            var value = "v".repeat(VALUE_BYTES);
            for (int i = 0; i < VALUES; i++) {
                socket.getOutputStream()
                        .write(("kset\nk" + i + "\n" + value + "\n").getBytes(StandardCharsets.US_ASCII));
                if (socket.getInputStream().read() < 0) {
                    return;
                }
            }
        } catch (IOException e) {
            // It ends in the middle of a request.
            assertThat(server.process().onExit()).succeedsWithin(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
