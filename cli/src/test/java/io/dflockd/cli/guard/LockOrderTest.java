package io.dflockd.cli.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.error.LeaseExpiredException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LockOrderTest {
    @Test
    void keysAreTakenInTheOrderOfTheirBytes() {
        assertThat(LockOrder.sorted(List.of("b", "a/2", "a/10", "\u00e9", "B", "a"))).containsExactly("B", "a", "a/10",
                "a/2", "b", "\u00e9");
        // In UTF-16 the second would come first.
        assertThat(LockOrder.sorted(List.of("\ud83d\ude00", "\uff5e"))).containsExactly("\uff5e", "\ud83d\ude00");
    }

    /** It said that the lock was lost while the command ran, which had never begun. */
    @Test
    void whoWasStoppedWhileItsTurnCameBeginsAnew() throws Exception {
        var leases = Map.of("a", new StubLease("a", false), "b", new StubLease("b", false));
        var taken = new ArrayList<String>();
        var order = new LockOrder(List.of("b", "a"), (key, wait) -> {
            taken.add(key);
            if (taken.size() == 2) {
                throw new LeaseExpiredException("granted, but the lease had ended");
            }
            return Optional.of(leases.get(key).lease);
        });

        var holding = order.tryAcquire(Duration.ofSeconds(10)).orElseThrow();

        assertThat(taken).containsExactly("a", "b", "a", "b");
        assertThat(holding.names()).isEqualTo("b, a");
    }
}
