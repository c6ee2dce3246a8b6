package io.dflockd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Cable.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CableTest {
    private static final Duration A_WHILE = Duration.ofMillis(100);

    private ServerSocket listener;
    private Cable cable;
    private WireClient client;
    private WireClient server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        cable = new Cable((InetSocketAddress) listener.getLocalSocketAddress());
        client = WireClient.connect(cable.address());
        server = new WireClient(accept());
        client.send("plugged in");
        assertThat(server.line()).isEqualTo("plugged in");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        cable.close();
        listener.close();
    }

    @Test
    void whatWaitsInAStalledDirectionArrivesWhenItIsMended() {
        cable.stall(Way.UP);
        client.send("late");
        server.send("in time");

        assertThat(client.line()).isEqualTo("in time");
        server.expectNothing(A_WHILE);
        cable.mend();

        assertThat(server.line()).isEqualTo("late");
    }

    @Test
    void whatIsDelayedArrivesLaterAndWhole() {
        cable.delay(A_WHILE);
        long begun = System.nanoTime();
        client.send("slow");

        assertThat(server.line()).isEqualTo("slow");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(A_WHILE);
    }

    @Test
    void theEndOfAConnectionWaitsInAStalledDirectionToo() {
        cable.stall(Way.UP);
        client.close();

        server.expectNothing(A_WHILE);
        cable.mend();

        server.expectEnd();
    }

    @Test
    void aResetReachesTheClientBeforeTheServer() {
        var reset = new Thread(() -> cable.reset(WireClient.PATIENCE));
        reset.setDaemon(true);
        reset.start();

        client.expectEnd();
        server.expectNothing(A_WHILE);
    }

    @Test
    void oneEndCanLoseItsConnectionWithoutTheOther() {
        cable.resetServer();
        server.expectEnd();
        client.send("to nobody");

        client.expectNothing(A_WHILE);
    }

    @Test
    void refusesUntilItIsMended() throws IOException {
        cable.refuse();
        try (var refused = WireClient.connect(cable.address())) {
            refused.expectEnd();
        }
        cable.mend();

        try (var welcome = WireClient.connect(cable.address()); var peer = new WireClient(accept())) {
            welcome.send("hello");
            assertThat(peer.line()).isEqualTo("hello");
        }
    }

    private Socket accept() throws IOException {
        listener.setSoTimeout((int) WireClient.PATIENCE.toMillis());
        return listener.accept();
    }
}
