package io.dflockd.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyNetworkTest {
    private ServerSocket server;
    private FaultyNetwork network;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        network = new FaultyNetwork((InetSocketAddress) server.getLocalSocketAddress());
    }

    @AfterEach
    void stop() throws IOException {
        network.close();
        server.close();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(network.address().getAddress(), network.address().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Test
    void bytesPassInBothDirections() throws IOException {
        try (var client = connect(); var peer = server.accept()) {
            client.getOutputStream().write("ask".getBytes(US_ASCII));
            assertThat(peer.getInputStream().readNBytes(3)).asString(US_ASCII).isEqualTo("ask");
            peer.getOutputStream().write("answer".getBytes(US_ASCII));
            assertThat(client.getInputStream().readNBytes(6)).asString(US_ASCII).isEqualTo("answer");
        }
    }

    @Test
    void aConnectionIsCutInTheMiddleOfItsBytes() throws IOException {
        network.failAfter(() -> 4, FaultyNetwork.Fault.END);
        try (var client = connect(); var peer = server.accept()) {
            client.getOutputStream().write("0123456789".getBytes(US_ASCII));

            assertThat(peer.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("0123");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(network.faults()).isEqualTo(1);
    }

    @Test
    void aResetIsSeenAsOne() throws IOException {
        try (var client = connect(); var peer = server.accept()) {
            client.getOutputStream().write(1);
            peer.getInputStream().read();
            network.fail(FaultyNetwork.Fault.RESET);

            org.assertj.core.api.Assertions.assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aStalledConnectionSwallowsWhatIsSent() throws IOException {
        try (var client = connect(); var peer = server.accept()) {
            client.getOutputStream().write(1);
            peer.getInputStream().read();
            network.fail(FaultyNetwork.Fault.STALL);
            client.getOutputStream().write(2);
            peer.setSoTimeout(100);

            org.assertj.core.api.Assertions.assertThatThrownBy(() -> peer.getInputStream().read())
                    .isInstanceOf(java.net.SocketTimeoutException.class);
            assertThat(network.openLinks()).isEqualTo(1);
        }
    }

    @Test
    void newConnectionsCanBeRefused() throws IOException {
        network.setRefusing(true);
        try (var client = connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        Eventually.await("one connection", Duration.ofSeconds(10), () -> network.accepted() == 1);
    }
}
