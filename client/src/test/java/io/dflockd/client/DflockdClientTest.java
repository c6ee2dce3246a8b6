package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LossReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DflockdClientTest {
    private final FakeServer server = new FakeServer();
    private final DflockdClient client = DflockdClient.builder()
            .server(server.address())
            .sessionGrace(Duration.ZERO)
            .build();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void shortCommandsShareAConnectionAndWaitsHaveTheirOwn() {
        var popping = client.lists().popLeftAsync("q", Duration.ofSeconds(10));
        var waiting = server.accept().expect("blpop", "q", "10");
        var first = client.counters().incrementAsync("c", 5);
        var shared = server.accept().expect("incr", "c", "5").send("ok 5");
        assertThat(first.join()).isEqualTo(5);

        var second = client.counters().getAsync("c");
        shared.expect("get", "c", "").send("ok 5");
        assertThat(second.join()).isEqualTo(5);
        waiting.send("ok x");

        assertThat(popping.join()).contains("x");
        waiting.expectEnd();
    }

    @Test
    void sharedConnectionIsMadeAnewAfterItBroke() {
        var first = client.counters().getAsync("c");
        var broken = server.accept().expect("get", "c", "");
        broken.close();
        assertThatThrownBy(first::join).cause().isInstanceOf(ConnectionLostException.class);

        var second = client.counters().getAsync("c");
        server.accept().expect("get", "c", "").send("ok 1");

        assertThat(second.join()).isEqualTo(1);
    }

    @Test
    void closeReleasesWhatIsHeldAndFailsWhatWaits() {
        var acquiring = client.lock("a").tryAcquireAsync(Duration.ZERO);
        var holding = server.accept().expect("l", "a", "0").send("ok T1 33 1");
        var lease = acquiring.join().orElseThrow();
        var losses = new CopyOnWriteArrayList<LossReason>();
        lease.onLost(losses::add);
        var waiting = client.lock("b").acquireAsync(Duration.ofSeconds(60));
        var queued = server.accept().expect("l", "b", "60");

        var closing = FakeServer.run(client::close);
        queued.expectEnd();
        holding.expect("r", "a", "T1").send("ok");
        closing.join();

        assertThat(lease.isValid()).isFalse();
        eventually(() -> losses.equals(List.of(LossReason.CLIENT_CLOSED)));
        assertThatThrownBy(waiting::join).cause().hasMessageContaining("client is closed");
        assertThatThrownBy(() -> client.lock("c").acquire()).isInstanceOf(DflockdException.class)
                .hasMessageContaining("client is closed");
        assertThatThrownBy(() -> client.counters().get("c")).isInstanceOf(DflockdException.class)
                .hasMessageContaining("client is closed");
    }

    @Test
    void eachKeyGoesToItsServer() {
        try (var other = new FakeServer();
                var sharded = DflockdClient.builder()
                        .server(server.address())
                        .server(other.address())
                        .sessionGrace(Duration.ZERO)
                        .shardFunction((key, servers) -> key.startsWith("o") ? 1 : 0)
                        .build()) {
            var here = sharded.counters().getAsync("here");
            server.accept().expect("get", "here", "").send("ok 1");
            var there = sharded.counters().getAsync("other");
            other.accept().expect("get", "other", "").send("ok 2");

            assertThat(here.join() + there.join()).isEqualTo(3);
            assertThat(sharded.serverOf("other")).hasToString(other.address());
        }
    }

    @Test
    void shardOutOfRangeIsRefused() {
        try (var sharded = DflockdClient.builder()
                .server("a:1")
                .server("b:1")
                .shardFunction((key, servers) -> -1)
                .build()) {
            assertThatThrownBy(() -> sharded.lock("k")).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("server -1")
                    .hasMessageContaining("0 to 1");
        }
    }
}
