package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/** Leases end when they end, not at the next sweep. Runs alone, because it measures. */
@ExtendWith(Conversations.class)
@Isolated
class PunctualityTest {
    private static final int KEYS = 5;
    private static final long LEASE_MS = 1000;
    /** It takes below 20 ms on an idle machine; a sweep once a second would miss this at one of the keys. */
    private static final long MOST_MS = 500;

    @Test
    @Tag("decision")
    void waiterGetsAnExpiredLockAtOnce(Conversation talk) {
        var granted = new long[KEYS];
        for (int i = 0; i < KEYS; i++) {
            talk.client("A").ask("l", talk.key("k" + i), "0 1", "ok T" + i + " 1 f" + i);
            granted[i] = System.nanoTime();
            talk.client("W" + i).send("l", talk.key("k" + i), "20");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LEASE_MS / KEYS)); // spread over the second
        }

        for (int i = 0; i < KEYS; i++) {
            talk.client("W" + i).line();
            long lateMs = (System.nanoTime() - granted[i]) / 1_000_000 - LEASE_MS;
            assertThat(lateMs).as("milliseconds after the lease of key %d", i).isLessThan(MOST_MS);
        }
    }
}
