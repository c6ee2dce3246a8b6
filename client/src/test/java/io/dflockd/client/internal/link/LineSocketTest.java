package io.dflockd.client.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.OctetBuffer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who writes, and who waits for a peer that takes nothing. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LineSocketTest {
    /** More than all buffers of two sockets take together. */
    private static final int MANY_LINES = 400_000;
    private static final byte[] LINE = "a line that the peer does not read\n".getBytes(StandardCharsets.US_ASCII);
    private static final Duration LONGER_THAN_THE_TEST = Duration.ofMinutes(1);

    private final CountDownLatch opened = new CountDownLatch(1);
    private volatile Consumer<LineSocket> onLine = socket -> {};

    @Test
    void callerThatWritesIsNotHeldUpByPeerThatTakesNothing() throws Exception {
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var socket = connected(listener);
            try (var peer = listener.accept()) {
                for (int i = 0; i < MANY_LINES; i++) {
                    socket.add(LineSocketTest::line);
                    socket.flush(true);
                }

                assertThat(peer.isConnected()).isTrue();
                assertThat(socket.failure()).isNull();
            } finally {
                socket.fail(new ConnectionLostException("the end of the test"), false);
            }
        }
    }

    @Test
    void whatIsAddedIsWrittenByTheCaller() throws Exception {
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var socket = connected(listener);
            try (var peer = listener.accept()) {
                for (int i = 1; i <= 3; i++) {
                    assertThat(socket.add(LineSocketTest::line)).isEqualTo(i * (long) LINE.length);
                    socket.flush(true);

                    assertThat(peer.getInputStream().readNBytes(LINE.length)).isEqualTo(LINE);
                }
            } finally {
                socket.fail(new ConnectionLostException("the end of the test"), false);
            }
        }
    }

    @Test
    void whatComesOfAnswersLeavesBeforeTheReaderWaitsForMore() throws Exception {
        onLine = socket -> socket.add(LineSocketTest::line); // without a flush
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var socket = connected(listener);
            try (var peer = listener.accept()) {
                for (int i = 0; i < 3; i++) {
                    peer.getOutputStream().write("ok 1\nok 2\n".getBytes(StandardCharsets.US_ASCII));

                    assertThat(peer.getInputStream().readNBytes(2 * LINE.length)).endsWith(LINE);
                }
            } finally {
                socket.fail(new ConnectionLostException("the end of the test"), false);
            }
        }
    }

    /** Or both would wait for each other: it, to be read, and we, to be read. */
    @Test
    void readerIsNotHeldUpByPeerThatSendsAndTakesNothing() throws Exception {
        var read = new CountDownLatch(MANY_LINES);
        onLine = socket -> {
            socket.add(LineSocketTest::line);
            read.countDown();
        };
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var socket = connected(listener);
            try (var peer = listener.accept()) {
                byte[] answers = "ok 1\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < MANY_LINES / 1_000; i++) {
                    peer.getOutputStream().write(answers);
                }

                assertThat(read.await(20, TimeUnit.SECONDS)).as("whether all was read").isTrue();
                assertThat(socket.failure()).isNull();
            } finally {
                socket.fail(new ConnectionLostException("the end of the test"), false);
            }
        }
    }

    private LineSocket connected(ServerSocket listener) throws InterruptedException {
        var options = ConnectionOptions.builder().writeTimeout(LONGER_THAN_THE_TEST).build();
        var address = new ServerAddress("127.0.0.1", listener.getLocalPort());
        var user = new Opened();
        var socket = new LineSocket(address, options, TimeSource.system(), user);
        user.socket = socket;
        socket.start();
        assertThat(opened.await(10, TimeUnit.SECONDS)).isTrue();
        return socket;
    }

    private static void line(OctetBuffer lines) {
        lines.put(LINE, LINE.length);
    }

    private final class Opened implements LineSocket.User {
        private volatile @Nullable LineSocket socket;

        @Override
        public void opened(LineReader lines) {
            opened.countDown();
        }

        @Override
        public void line(String line, boolean cut) {
            onLine.accept(Objects.requireNonNull(socket));
        }

        @Override
        public void ended(DflockdException why) {}
    }
}
