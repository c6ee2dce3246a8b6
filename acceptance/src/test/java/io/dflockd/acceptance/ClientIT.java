package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Sharding;
import io.dflockd.client.TlsOptions;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.ConnectionFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client library, on the oldest Java that it is for, against the server as a process. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientIT {
    private static final Duration WAIT = Duration.ofSeconds(20);

    @AutoClose private static ServerProcess server = ServerProcess.start();

    @Test
    void holdersTakeTurnsInTheOrderOfTheirComingWithRisingFences() throws Exception {
        try (var client = DflockdClient.connect(server.address())) {
            var first = client.lock("turns").acquire();
            var second = client.lock("turns").enqueue();
            var third = client.lock("turns").enqueue();

            first.close();

            try (var lease = second.await(WAIT)) {
                assertThat(lease.fence()).isGreaterThan(first.fence());
                assertThat(client.lock("turns").tryAcquire()).isEmpty();
            }
            try (var lease = third.await(WAIT)) {
                assertThat(lease.fence()).isGreaterThan(first.fence());
            }
        }
    }

    @Test
    void nextCandidateLeadsWhenTheLeaderIsGone() throws Exception {
        try (var next = DflockdClient.connect(server.address())) {
            var leader = DflockdClient.connect(server.address());
            var term = leader.election("cluster").campaign().orElseThrow();
            var waiting = next.election("cluster").campaignAsync(WAIT);

            leader.close();

            var successor = waiting.get(WAIT.toSeconds(), TimeUnit.SECONDS).orElseThrow();
            assertThat(successor.fence()).isGreaterThan(term.fence());
            assertThat(term.isValid()).isFalse();
        }
    }

    @Test
    void eachKeyIsAtTheServerThatItsChecksumChooses() throws Exception {
        try (var other = ServerProcess.start();
                var client = DflockdClient.connect(server.address(), other.address());
                var first = Connection.dial(server.address());
                var second = Connection.dial(other.address())) {
            var connections = List.of(first, second);
            var keys = IntStream.range(0, 20).mapToObj(i -> "sharded/" + i).toList();
            for (var key : keys) {
                client.values().set(key, "here");
            }

            assertThat(keys).extracting(key -> Sharding.crc32().shard(key, 2)).contains(0, 1);
            for (var key : keys) {
                int shard = Sharding.crc32().shard(key, 2);
                assertThat(connections.get(shard).values().get(key)).as(key).contains("here");
                assertThat(connections.get(1 - shard).values().get(key)).as(key).isEmpty();
            }
        }
    }

    @Test
    void serverWithATokenWantsIt() throws Exception {
        try (var guarded = ServerProcess.start("--auth-token", "secret");
                var client = DflockdClient.builder().server(guarded.address()).authToken("secret").build();
                var stranger = DflockdClient.builder().server(guarded.address()).authToken("guess").build()) {
            assertThat(client.counters().increment("c", 1)).isEqualTo(1);

            assertThatThrownBy(() -> stranger.lock("jobs").acquire(WAIT)).isInstanceOf(AuthenticationException.class);
        }
    }

    @Test
    void certificateOfTheServerIsVerified(@TempDir Path folder) throws Exception {
        var certificate = ServerCertificate.make(folder);
        try (var secure = ServerProcess.start("--tls-cert", certificate.chain().toString(), "--tls-key",
                certificate.key().toString());
                var client = DflockdClient.builder()
                        .server(secure.address())
                        .tls(TlsOptions.of(certificate.trusted()))
                        .build();
                var distrustful = DflockdClient.builder()
                        .server(secure.address())
                        .tls(TlsOptions.ofDefault())
                        .build()) {
            try (var lease = client.lock("jobs").acquire(WAIT)) {
                assertThat(lease.isValid()).isTrue();
            }

            assertThatThrownBy(() -> distrustful.counters().get("c")).isInstanceOf(ConnectionFailedException.class);
        }
    }
}
