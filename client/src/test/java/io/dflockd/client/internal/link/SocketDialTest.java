package io.dflockd.client.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.FakeServer;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.spi.TimeSource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Host names with several addresses, not all of which answer. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketDialTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @Test
    void addressThatSwallowsPacketsCostsAMomentOnly() throws Exception {
        try (var swallower = new Swallower();
                var listener = new ServerSocket(swallower.port(), 50, address(1));
                var dialled = dial(address(2), address(1)).open(host(swallower.port()), null, TEN_SECONDS)) {
            assertThat(dialled.getInetAddress()).isEqualTo(address(1));
            assertThat(listener.accept().isConnected()).isTrue();
        }
    }

    @Test
    void shortPatienceIsSharedAmongTheAddresses() throws Exception {
        try (var swallower = new Swallower();
                var listener = new ServerSocket(swallower.port(), 50, address(1))) {
            var dial = dial(address(2), address(2), address(2), address(1));
            var alarm = TimeSource.system().after(TEN_SECONDS.toNanos(), dial::abort);

            try (var dialled = dial.open(host(swallower.port()), null, Duration.ofMillis(4))) {
                assertThat(dialled.getInetAddress()).isEqualTo(address(1));
                assertThat(listener.isBound()).isTrue();
            }
            alarm.cancel();
        }
    }

    @Test
    void addressThatRefusesIsFollowedByTheNextAtOnce() throws Exception {
        try (var listener = new ServerSocket(0, 50, address(1));
                var dialled = dial(address(3), address(1)).open(host(listener.getLocalPort()), null, TEN_SECONDS)) {
            assertThat(dialled.getInetAddress()).isEqualTo(address(1));
        }
    }

    @Test
    void failureOfAllIsTold() throws Exception {
        int port;
        try (var listener = new ServerSocket(0, 50, address(1))) {
            port = listener.getLocalPort();
        }
        var dial = dial(address(1), address(3));

        assertThatThrownBy(() -> dial.open(host(port), null, TEN_SECONDS)).isInstanceOf(ConnectException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
    }

    @Test
    void abortEndsTheAttemptsAtAllAddresses() throws Exception {
        try (var swallower = new Swallower()) {
            var dial = dial(address(2), address(2), address(2));
            var dialling = FakeServer.async(() -> dial.open(host(swallower.port()), null, TEN_SECONDS));

            dial.abort();

            assertThatThrownBy(dialling::join).cause().isInstanceOf(IOException.class);
        }
    }

    private static SocketDial dial(InetAddress... addresses) {
        return new SocketDial(TimeSource.system(), host -> addresses);
    }

    private static ServerAddress host(int port) {
        return new ServerAddress("several.example", port);
    }

    private static InetAddress address(int last) throws IOException {
        return InetAddress.getByAddress("several.example", new byte[]{127, 0, 0, (byte) last});
    }

    /** Listens at 127.0.0.2, and its queue is full, so that the kernel drops who knocks. */
    private static final class Swallower implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 1, address(2));
        private final List<Socket> queued = new ArrayList<>();

        private Swallower() throws IOException {
            boolean full = false;
            while (!full) {
                var socket = new Socket();
                queued.add(socket);
                try {
                    socket.connect(new InetSocketAddress(address(2), port()), 100);
                } catch (SocketTimeoutException e) {
                    full = true;
                }
            }
        }

        private int port() {
            return listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (var socket : queued) {
                socket.close();
            }
            listener.close();
        }
    }
}
