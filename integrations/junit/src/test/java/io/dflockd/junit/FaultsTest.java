package io.dflockd.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.LossReason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

@DflockdTest
class FaultsTest {
    private static final Duration A_WHILE = Duration.ofMillis(100);

    @Dflockd DflockdServers server;

    @Test
    void aHoldLivesOverACut(DflockdClient client) throws Exception {
        try (var lease = client.lock(server.uniqueKey("cut")).acquire()) {
            server.faults().cut();

            await(() -> client.metrics().connections().resumed() == 1);
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void whoIsRefusedComesBackWhenThatIsOver(DflockdClient client) throws Exception {
        try (var lease = client.lock(server.uniqueKey("refused")).acquire()) {
            server.faults().refuse();
            server.faults().cut();
            await(() -> client.metrics().connections().opened() > 2); // each was ended at once

            server.faults().heal();

            await(() -> client.metrics().connections().resumed() == 1);
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void aDelayIsSeen(DflockdClient client) throws Exception {
        assertThat(client.ping(Duration.ofSeconds(10))).hasSize(1);

        server.faults().delay(A_WHILE);

        assertThat(client.ping(Duration.ofSeconds(10)).values()).singleElement()
                .satisfies(took -> assertThat(took).isGreaterThanOrEqualTo(A_WHILE.multipliedBy(2)));
    }

    @Test
    void whatIsStalledArrivesLate(DflockdClient client) throws Exception {
        assertThat(client.ping(Duration.ofSeconds(10))).hasSize(1);
        server.faults().stall();
        var late = client.counters().incrementAsync("stalled", 1);
        assertThat(client.ping(A_WHILE)).isEmpty();
        assertThat(late).isNotDone();

        server.faults().heal();

        assertThat(late).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void aHoldOverAConnectionThatIsHalfOpenIsLost() throws Exception {
        var client = server.newClient(settings -> settings.sessionGrace(Duration.ZERO)
                .leaseTtl(Duration.ofSeconds(4))
                .responseTimeout(Duration.ofSeconds(30)));
        var lease = client.lock(server.uniqueKey("half")).acquire();

        server.faults().halfOpen();

        await(() -> server.holders(lease.key()).isEmpty()); // the server saw an end
        assertThat(lease.lost()).isNotDone(); // and the client did not
        assertThat(lease.lost()).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(LossReason.EXPIRED);
    }

    @Test
    void whatIsDoneToOneNetworkIsNotDoneToAnother(DflockdClient client) throws Exception {
        try (var other = DflockdServers.start()) {
            other.faults().refuse();
            assertThat(client.ping(Duration.ofSeconds(10))).hasSize(1);
            assertThat(other.newClient().ping(Duration.ofMillis(100))).isEmpty();
        }
    }

    @Test
    void aDelayIsNotNegative() {
        assertThatThrownBy(() -> server.faults().delay(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.001S");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
