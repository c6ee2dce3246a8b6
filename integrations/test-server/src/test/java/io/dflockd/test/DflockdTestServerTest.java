package io.dflockd.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.error.MaxLocksException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DflockdTestServerTest {
    @Test
    void isAServerByItsArguments() throws Exception {
        try (var server = DflockdTestServer.start("--max-locks", "1");
                var client = DflockdClient.connect(server.address());
                var first = client.lock("a").acquire()) {
            assertThat(first.isValid()).isTrue();
            assertThatThrownBy(() -> client.lock("b").acquire()).isInstanceOf(MaxLocksException.class);
        }
    }

    @Test
    void knowsNothingAfterARestart() throws Exception {
        try (var server = DflockdTestServer.start(); var client = DflockdClient.connect(server.address())) {
            client.counters().set("c", 5);
            var held = client.lock("a").acquire();

            server.restart();

            assertThat(client.counters().get("c")).isZero();
            assertThat(held.lost().get(60, TimeUnit.SECONDS)).isIn(LossReason.REVOKED, LossReason.CONNECTION_LOST);
            assertThat(client.lock("a").tryAcquire(Duration.ofSeconds(30))).isPresent();
        }
    }

    @Test
    void answersOperatorsOnlyWhereThatIsWanted() {
        try (var server = DflockdTestServer.start()) {
            assertThat(server.adminAddress()).isEmpty();
        }
        try (var server = DflockdTestServer.start("--admin-port", "0")) {
            assertThat(server.adminAddress()).isPresent();
        }
    }

    @Test
    void saysWhatItDoesNotTake() {
        assertThatThrownBy(() -> DflockdTestServer.start("--data-dir", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--data-dir");
        assertThatThrownBy(() -> DflockdTestServer.start("--port=1")).hasMessageContaining("--port=1");
        assertThatThrownBy(() -> DflockdTestServer.start("--no-such")).hasMessageContaining("--no-such");
    }
}
