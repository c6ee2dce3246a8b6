package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.Lock;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a lock whose holder, a process with the client library, is killed or stopped. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HolderProcessIT {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final int LONG_LEASE = 600;
    private static final int SHORT_LEASE = 2;

    @AutoClose private static ServerProcess server = ServerProcess.start();

    @Test
    void killedHolderHandsOverLongBeforeItsLeaseEnds() throws Exception {
        try (var holder = new HolderProcess(server.address(), "killed", LONG_LEASE)) {
            long fence = Long.parseLong(holder.await("held"));

            holder.signal("KILL");

            try (var next = lock("killed").acquire(WAIT)) {
                assertThat(next.fence()).isGreaterThan(fence);
            }
        }
    }

    @Test
    void killedHolderHandsOverToWhoWaitsAlready() throws Exception {
        try (var holder = new HolderProcess(server.address(), "waited", LONG_LEASE)) {
            long fence = Long.parseLong(holder.await("held"));
            try (var ticket = lock("waited").enqueue()) {
                assertThat(ticket.isAcquired()).isFalse();

                holder.signal("KILL");

                try (var next = ticket.await(WAIT)) {
                    assertThat(next.fence()).isGreaterThan(fence);
                }
            }
        }
    }

    @Test
    void stoppedHolderIsFollowedWhenItsLeaseEndsAndLearnsOfItOnWaking() throws Exception {
        try (var holder = new HolderProcess(server.address(), "stopped", SHORT_LEASE)) {
            long fence = Long.parseLong(holder.await("held"));

            holder.signal("STOP");

            try (var next = lock("stopped").acquire(WAIT)) {
                assertThat(next.fence()).isGreaterThan(fence);
                assertThat(holder.isSilent()).isTrue();
                holder.signal("CONT");
                assertThat(holder.await("lost")).endsWith("valid=false");
                assertThat(next.isValid()).isTrue();
            }
        }
    }

    @Test
    void holderThatIsStoppedForLessThanItsLeaseKeepsIt() throws Exception {
        try (var holder = new HolderProcess(server.address(), "nap", LONG_LEASE)) {
            holder.await("held");

            holder.signal("STOP");
            assertThat(lock("nap").tryAcquire(Duration.ofSeconds(1))).isEmpty();
            holder.signal("CONT");

            assertThat(lock("nap").tryAcquire()).isEmpty();
            assertThat(holder.isSilent()).isTrue();
        }
    }

    private static Lock lock(String key) {
        return Lock.builder(key).server(server.address()).leaseTtl(Duration.ofSeconds(LONG_LEASE)).build();
    }
}
