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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    @Test
    void callerThatWritesIsNotHeldUpByPeerThatTakesNothing() throws Exception {
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var socket = connected(listener);
            try (var peer = listener.accept()) {
                for (int i = 0; i < MANY_LINES; i++) {
                    if (socket.addToWrite(LineSocketTest::line)) {
                        socket.write(true);
                    }
                }

                assertThat(peer.isConnected()).isTrue();
                assertThat(socket.failure()).isNull();
            } finally {
                socket.fail(new ConnectionLostException("the end of the test"), false);
            }
        }
    }

    @Test
    void callerWritesAsLongAsThePeerIsHeardOf() throws Exception {
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var socket = connected(listener);
            try (var peer = listener.accept()) {
                assertThat(socket.addToWrite(LineSocketTest::line)).isTrue();
                socket.write(true);

                assertThat(peer.getInputStream().readNBytes(LINE.length)).isEqualTo(LINE);
                assertThat(socket.addToWrite(LineSocketTest::line)).as("whether nobody writes any more").isTrue();
            } finally {
                socket.fail(new ConnectionLostException("the end of the test"), false);
            }
        }
    }

    private LineSocket connected(ServerSocket listener) throws InterruptedException {
        var options = ConnectionOptions.builder().writeTimeout(LONGER_THAN_THE_TEST).build();
        var address = new ServerAddress("127.0.0.1", listener.getLocalPort());
        var socket = new LineSocket(address, options, TimeSource.system(), new Opened());
        socket.start();
        assertThat(opened.await(10, TimeUnit.SECONDS)).isTrue();
        return socket;
    }

    private static void line(OctetBuffer lines) {
        lines.put(LINE, LINE.length);
    }

    private final class Opened implements LineSocket.User {
        @Override
        public void opened(LineReader lines) {
            opened.countDown();
        }

        @Override
        public void line(String line, boolean cut) {}

        @Override
        public void ended(DflockdException why) {}
    }
}
