package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.AnswerTooLargeException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that end before the first word, or that nobody wants any more; and answers of every length. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LikelyCausesTest {
    private final FakeServer server = new FakeServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void refusedConnectionNamesTheBoundOfConnections() throws Exception {
        try (var connection = Connection.dial(server.address())) {
            server.accept().close();

            assertThat(connection.closed().join()).isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("--max-connections")
                    .hasMessageContaining("TLS");
        }
    }

    @Test
    void closedConnectionThatHasSpokenNamesNoCause() throws Exception {
        try (var connection = Connection.dial(server.address())) {
            var pinging = connection.pingAsync();
            var peer = server.accept();
            peer.expect("ping", "_", "").send("ok");
            assertThat(pinging.join()).isTrue();
            peer.close();

            assertThat(connection.closed().join()).hasMessageEndingWith("closed by the server");
        }
    }

    @Test
    void alertOfTlsIsNamed() throws Exception {
        for (var alert : new String[]{"\u0015\u0003\u0003\u0000\u0002\u0002(",
                "\u0015\u0003\u0003\u0000\u0002\u0002\n"}) {
            try (var connection = Connection.dial(server.address())) {
                var peer = server.accept().sendRaw(alert);
                peer.close();

                assertThat(connection.closed().join()).isInstanceOf(ConnectionLostException.class)
                        .hasMessageContaining("the server speaks TLS at this port");
            }
        }
    }

    @Test
    void connectionThatNobodyWaitsForAnyMoreIsClosed() {
        var dialling = Connection.dialAsync(server.address(),
                ConnectionOptions.builder().authToken("secret").build());
        var peer = server.accept().expect("auth", "_", "secret");
        var impatient = dialling.orTimeout(1, TimeUnit.MILLISECONDS);
        assertThatThrownBy(impatient::join).cause().isInstanceOf(TimeoutException.class);

        peer.send("ok");

        peer.expectEnd();
    }

    @Test
    void answersAreAsLongAsTheServerAnnounces() throws Exception {
        var patient = ConnectionOptions.builder().responseTimeout(Duration.ofSeconds(30)).build();
        try (var connection = Connection.dial(server.address(), patient)) {
            var peer = server.accept();
            var greeting = connection.helloAsync("test");
            peer.expect("hello", "_", "test").send("ok dflockd/1 ping max_answer=18874368");
            greeting.join();

            var stats = connection.statsAsync();
            peer.expect("stats", "_", "").send("ok " + "x".repeat(18_000_000));
            assertThat(stats.join()).hasSize(18_000_000);

            var tooLong = connection.statsAsync();
            peer.expect("stats", "_", "").send("ok " + "x".repeat(18_874_368));
            assertThatThrownBy(tooLong::join).cause()
                    .isInstanceOf(AnswerTooLargeException.class)
                    .hasMessageContaining("18874368 bytes");
        }
    }

    @Test
    void answersOfAServerThatAnnouncesNothingMayBe16MiB() throws Exception {
        try (var connection = Connection.dial(server.address())) {
            var peer = server.accept();
            var stats = connection.statsAsync();
            peer.expect("stats", "_", "").send("ok " + "x".repeat(16_000_000));

            assertThat(stats.join()).hasSize(16_000_000);
        }
    }

    @Test
    void boundThatWasSetIsKept() throws Exception {
        try (var connection = Connection.dial(server.address(),
                ConnectionOptions.builder().maxResponseBytes(2_000).build())) {
            var peer = server.accept();
            var greeting = connection.helloAsync("test");
            peer.expect("hello", "_", "test").send("ok dflockd/1 ping max_answer=18874368");
            greeting.join();
            var stats = connection.statsAsync();
            peer.expect("stats", "_", "").send("ok " + "x".repeat(2_000));

            assertThatThrownBy(stats::join).cause().isInstanceOf(DflockdException.class).hasMessageContaining("2000");
        }
    }
}
