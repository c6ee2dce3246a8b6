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

    /** What holds up the thread that reads holds up nobody else's requests. */
    @Test
    void callersWriteWhileTheReaderIsHeldUp() throws Exception {
        var heldUp = new CountDownLatch(1);
        var over = new CountDownLatch(1);
        onLine = socket -> {
            heldUp.countDown();
            await(over);
        };
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var socket = connected(listener);
            try (var peer = listener.accept()) {
                socket.add(LineSocketTest::line); // which is not answered
                socket.flush(true);
                peer.getOutputStream().write("ok 1\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(heldUp.await(10, TimeUnit.SECONDS)).isTrue();
                while (peer.getInputStream().available() < 2 * LINE.length) {
                    socket.add(LineSocketTest::line);
                    socket.flush(true); // what is left to the reader at first is written with a later one
                    Thread.onSpinWait();
                }

                assertThat(over.getCount()).as("the reader is held up still").isOne();
            } finally {
                over.countDown();
                socket.fail(new ConnectionLostException("the end of the test"), false);
            }
        }
    }

    @Test
    void whatIsUrgentIsWrittenAmongTheLines() throws Exception {
        var seen = new CountDownLatch(1);
        onLine = socket -> {
            socket.add(LineSocketTest::line);
            socket.flushNow();
            await(seen);
        };
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var socket = connected(listener);
            try (var peer = listener.accept()) {
                peer.getOutputStream().write("ok 1\nok 2\n".getBytes(StandardCharsets.US_ASCII));

                assertThat(peer.getInputStream().readNBytes(LINE.length)).isEqualTo(LINE);
            } finally {
                seen.countDown();
                socket.fail(new ConnectionLostException("the end of the test"), false);
            }
        }
    }

    @Test
    void errorInWhatLinesMeanEndsIt() throws Exception {
        onLine = socket -> {
            throw new StackOverflowError("of the test");
        };
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var socket = connected(listener);
            try (var peer = listener.accept()) {
                peer.getOutputStream().write("ok 1\n".getBytes(StandardCharsets.US_ASCII));

                assertThat(peer.getInputStream().read()).as("the end").isEqualTo(-1);
                assertThat(socket.failure()).hasMessageContaining("of the test");
            }
        }
    }

    @Test
    void whatIsAddedBeforeTheConnectionIsThereLeavesWithIt() throws Exception {
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var options = ConnectionOptions.builder().build();
            var address = new ServerAddress("127.0.0.1", listener.getLocalPort());
            var socket = new LineSocket(address, options, TimeSource.system(), new Opened());
            socket.add(LineSocketTest::line);
            socket.flush(true);
            socket.start();
            try (var peer = listener.accept()) {
                assertThat(peer.getInputStream().readNBytes(LINE.length)).isEqualTo(LINE);
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

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
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
