package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.event.WatchConn;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A token that the server accepted once and does not accept when the connection is made anew. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WrongTokenTest {
    private final FakeServer server = new FakeServer();
    private final BlockingQueue<DflockdException> refusals = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void callsAndStreamsAndTheListenerAreToldAndTheNextCallTriesAgain() throws Exception {
        try (var client = DflockdClient.builder()
                .server(server.address())
                .authToken("secret")
                .connectionListener(listener())
                .build()) {
            var popping = client.lists().popLeftAsync("q", Duration.ofSeconds(100));
            var session = TaggedPeer.acceptAuthenticated(server, "secret");
            session.expect("blpop", "q", "100");
            var signals = client.signals();
            var listening = FakeServer.run(() -> signals.listen("ev"));
            session.send(session.expect("listen", "ev", "") + " ok");
            listening.join();

            session.reset();
            server.accept().expect("auth", "_", "secret").send("error_auth");

            assertThatThrownBy(popping::join).cause().isInstanceOf(AuthenticationException.class);
            assertThat(signals.signals().next()).isEmpty();
            assertThat(signals.signals().endReason()).containsInstanceOf(AuthenticationException.class);
            assertThat(refusals.poll(10, TimeUnit.SECONDS)).isInstanceOf(AuthenticationException.class);

            var refused = client.counters().getAsync("c");
            server.accept().expect("auth", "_", "secret").send("error_auth");
            assertThatThrownBy(refused::join).cause().isInstanceOf(AuthenticationException.class);

            var counting = client.counters().getAsync("c");
            var anew = TaggedPeer.acceptAuthenticated(server, "secret");
            anew.send(anew.expect("get", "c", "") + " ok 1");
            assertThat(counting.join()).isEqualTo(1);
            anew.reset(); // so that the end waits for nobody
        }
    }

    @Test
    void streamWithAConnectionOfItsOwnEnds() throws Exception {
        var dialling = Connection.dialAsync(server.address(),
                ConnectionOptions.builder().authToken("secret").build());
        var peer = server.accept().expect("auth", "_", "secret").send("ok");
        try (var watches = new WatchConn(dialling.join())) {
            peer.reset();
            server.accept().expect("auth", "_", "secret").send("error_auth");

            assertThat(watches.events().next()).isEmpty();
            assertThat(watches.events().endReason()).containsInstanceOf(AuthenticationException.class);
        }
    }

    @Test
    void listenerIsToldThatNoConnectionCameAbout() throws Exception {
        server.stopListening();
        try (var client = DflockdClient.builder()
                .server(server.address())
                .connectionListener(listener())
                .build()) {
            var failing = client.counters().getAsync("c");

            assertThatThrownBy(failing::join).cause().isInstanceOf(DflockdException.class);
            assertThat(refusals.poll(10, TimeUnit.SECONDS)).hasMessageContaining("cannot connect");
        }
    }

    private ConnectionListener listener() {
        return new ConnectionListener() {
            @Override
            public void connectFailed(ServerAddress failed, DflockdException cause) {
                refusals.add(cause);
            }
        };
    }
}
