package io.dflockd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.ConnectionOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interrupt of a virtual thread closes the socket that it is at, so none may be at one that others share. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptedWriteTest {
    /** More than the kernel takes for a peer that reads nothing. */
    private static final int REQUESTS = 200;
    private static final String VALUE = "x".repeat(60_000);

    @Test
    void interruptsWhileTheServerTakesNothingCloseNothing() throws Exception {
        try (var listener = new ServerSocket()) {
            listener.setReceiveBufferSize(8_192);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            var options = ConnectionOptions.builder().writeTimeout(Duration.ofMinutes(1)).build();
            try (var connection = Connection.dial("127.0.0.1:" + listener.getLocalPort(), options);
                    var peer = listener.accept()) {
                var threads = Stream.generate(() -> Thread.ofVirtual().start(() -> store(connection)))
                        .limit(REQUESTS)
                        .toList();
                awaitAllBlocked(threads);

                for (var thread : threads) {
                    thread.interrupt();
                    thread.join();
                }
                var answering = Thread.ofVirtual().start(() -> answer(peer));

                assertThat(connection.ping()).isTrue();
                assertThat(connection.isClosed()).isFalse();
                peer.close();
                answering.join();
            }
        }
    }

    private static void store(Connection connection) {
        try {
            connection.values().set("k", VALUE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitAllBlocked(List<Thread> threads) throws InterruptedException {
        while (threads.stream().anyMatch(thread -> thread.getState() != Thread.State.WAITING)) {
            Thread.sleep(1);
        }
    }

    private static void answer(Socket peer) {
        try (var lines = new BufferedReader(
                new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8))) {
            for (int line = 1; lines.readLine() != null; line++) {
                if (line % 3 == 0) {
                    peer.getOutputStream().write("ok\n".getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            if (!peer.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
