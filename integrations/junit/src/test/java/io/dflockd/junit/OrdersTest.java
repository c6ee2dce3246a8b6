package io.dflockd.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.LossReason;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DflockdTest
class OrdersTest {
    @Test
    void onlyOneShips(DflockdClient client, DflockdServers server) throws Exception {
        try (var held = client.lock("orders/7").acquire(Duration.ofSeconds(10))) {
            server.revoke("orders/7"); // as an operator would
            assertThat(held.lost()).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(LossReason.REVOKED);
        }
    }

    @Test
    void whoWaitsIsNext(DflockdClient packer, DflockdClient shipper, DflockdServers server) throws Exception {
        var key = server.uniqueKey("orders"); // for tests that run at the same time
        var first = packer.lock(key).acquire();
        var second = shipper.lock(key).acquireAsync(Duration.ofSeconds(30));
        server.awaitWaiters(key, 1, Duration.ofSeconds(10));

        first.close();

        assertThat(second).succeedsWithin(Duration.ofSeconds(10));
        assertThat(server.holders(key)).hasSize(1);
        second.join().close();
    }

    @Nested
    class Abroad {
        @Dflockd String address;

        @Test
        void hasTheSameServer(@Dflockd String sameAddress) {
            assertThat(address).isEqualTo(sameAddress);
        }
    }
}
