package io.dflockd.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.junit.DflockdServers;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.SmartLifecycle;
import org.springframework.integration.leader.AbstractCandidate;
import org.springframework.integration.leader.Context;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;

/** A leader whose process stands still while its lease runs out, by a clock that the test moves. */
@Timeout(240)
class PausedLeaderTest {
    private static final String ROLE = "leader";
    private static final long HEARTBEAT_MS = 200;
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final int DEADLINE_SECONDS = 60;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    private SmartLifecycle started(LeaderFaultsTest.Initiator which, DflockdClient client, String name) {
        var candidate = new AbstractCandidate(name, ROLE) {
            @Override
            public void onGranted(Context context) {
                told.add(name + " granted");
            }

            @Override
            public void onRevoked(Context context) {
                told.add(name + " revoked");
            }
        };
        SmartLifecycle initiator;
        if (which == LeaderFaultsTest.Initiator.OURS) {
            initiator = new DflockdLeaderInitiator(client, candidate);
        } else {
            var springs = new LockRegistryLeaderInitiator(new DflockdLockRegistry(client, ""), candidate);
            springs.setHeartBeatMillis(HEARTBEAT_MS);
            springs.setBusyWaitMillis(20);
            initiator = springs;
        }
        initiator.start();
        return initiator;
    }

    @ParameterizedTest
    @EnumSource(LeaderFaultsTest.Initiator.class)
    void whoStoodStillIsRevokedAsSoonAsItGoesOn(LeaderFaultsTest.Initiator which) throws Exception {
        try (var server = DflockdServers.startWithManualClock()) {
            var client = server.newClient(settings -> settings.leaseTtl(LEASE));
            var first = started(which, client, "first");
            assertThat(told.poll(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo("first granted");
            var second = started(which, server.newClient(settings -> settings.leaseTtl(LEASE)), "second");
            server.awaitWaiters(ROLE, 1, Duration.ofSeconds(DEADLINE_SECONDS));
            long fence = server.holders(ROLE).get(0).fence();

            server.clock().pause(client);
            var next = advanceUntilTold(server);

            // What no client can know: it still believes that it leads. Whoever compares fences does not.
            assertThat(next).isEqualTo("second granted");
            assertThat(server.clock().elapsed()).isGreaterThanOrEqualTo(LEASE);
            assertThat(server.holders(ROLE).get(0).fence()).isGreaterThan(fence);

            server.clock().resume(client);
            if (first instanceof DflockdLeaderInitiator ours) {
                assertThat(ours.getContext().leadership()).as("by what it asks").isEmpty();
            }
            assertThat(told.poll(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo("first revoked");

            second.stop();
            assertThat(advanceUntilTold(server)).isEqualTo("second revoked");
            assertThat(advanceUntilTold(server)).isEqualTo("first granted");
            first.stop();
            assertThat(advanceUntilTold(server)).isEqualTo("first revoked");
            assertThat(told).isEmpty();
        }
    }

    /** Time goes on until a candidate is told something. */
    private String advanceUntilTold(DflockdServers server) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        var next = told.poll();
        while (next == null && System.nanoTime() < until) {
            server.clock().advance(STEP);
            // Spring's own looks again by the machine's time.
            next = told.poll(HEARTBEAT_MS, TimeUnit.MILLISECONDS);
        }
        return next;
    }
}
