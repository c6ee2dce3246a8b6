package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.Meter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ObserverCostTest {
    @Test
    void whereNobodyLooksOnAnAttemptCostsNoMemory() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var none = new Meter().observers();
        var end = new CompletableFuture<Optional<Lease>>();
        var server = ServerAddress.ofDefault();

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100_000; i++) {
            none.attempt("orders/7é", LeaseMode.LOCK, Duration.ZERO, server, end);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).as("octets for 100,000 attempts").isLessThan(100_000);
    }
}
