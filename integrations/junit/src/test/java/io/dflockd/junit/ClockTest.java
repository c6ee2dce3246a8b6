package io.dflockd.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.spi.ClientObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@EnabledForJreRange(min = JRE.JAVA_21)
@DflockdTest(clock = DflockdTest.Clock.MANUAL, scope = DflockdTest.Scope.METHOD)
class ClockTest {
    @Dflockd DflockdServers server;

    @Test
    void aLeaseThatNobodyRenewsRunsOut(DflockdClient client) throws Exception {
        var lease = client.lock("a").withTtl(Duration.ofSeconds(10)).withoutRenewal().acquire();

        server.clock().advance(Duration.ofMillis(9_999));
        assertThat(server.holders("a")).extracting(Holder::fence).containsExactly(lease.fence());

        server.clock().advance(Duration.ofMillis(1));
        assertThat(server.holders("a")).isEmpty();
        assertThat(lease.lost()).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(LossReason.EXPIRED);
    }

    @Test
    void aRenewalGetsThereBeforeItsLeaseEnds(DflockdClient client) throws Exception {
        try (var lease = client.lock("a").withTtl(Duration.ofSeconds(10)).acquire()) {
            server.clock().advance(Duration.ofMinutes(10));

            assertThat(lease.isValid()).isTrue();
            assertThat(client.metrics().leases().renewed()).isBetween(100L, 300L);
            assertThat(server.clock().elapsed()).isEqualTo(Duration.ofMinutes(10));
        }
    }

    @Test
    void aZombieIsFencedOff(DflockdClient zombie, DflockdClient next) throws Exception {
        var old = zombie.lock("orders/7").acquire();
        server.clock().pause(zombie);
        server.clock().advance(Duration.ofMinutes(1)); // the lease ends, and its holder stands still
        try (var lease = next.lock("orders/7").acquire()) {
            assertThat(old.isValid()).isTrue(); // so it believes
            assertThat(lease.fence()).isGreaterThan(old.fence()); // but whoever compares fences does not
        }

        server.clock().resume(zombie);
        assertThat(old.isValid()).isFalse();
        assertThat(old.lost()).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(LossReason.EXPIRED);
    }

    @Test
    void aWaitEndsByTheClock(DflockdClient holder, DflockdClient waiter) throws Exception {
        try (var lease = holder.lock("a").acquire()) {
            var waiting = waiter.lock("a").acquireAsync(Duration.ofSeconds(5));
            server.awaitWaiters("a", 1, Duration.ofSeconds(10));

            server.clock().advance(Duration.ofSeconds(4));
            assertThat(waiting).isNotDone();
            server.clock().advance(Duration.ofSeconds(2));

            assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(AcquireTimeoutException.class);
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void whoIsCutOffForTooLongLosesItsHold(DflockdClient client) throws Exception {
        var lease = client.lock("a").acquire();
        server.faults().refuse();
        server.faults().cut();

        server.clock().advance(Duration.ofSeconds(40));

        assertThat(lease.isValid()).isFalse();
        assertThat(server.holders("a")).isEmpty();
        server.faults().heal();
        server.clock().advance(Duration.ofSeconds(40));
        try (var again = acquire(client)) {
            assertThat(again.fence()).isGreaterThan(lease.fence());
        }
    }

    /** What is asked before the client hears that its session is gone ends with that. */
    private static Lease acquire(DflockdClient client) throws Exception {
        try {
            return client.lock("a").acquireAsync(Duration.ofSeconds(30)).get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(ConnectionLostException.class);
            return client.lock("a").acquireAsync(Duration.ofSeconds(30)).get(10, TimeUnit.SECONDS);
        }
    }

    /** A client that reads nothing, as on a machine that is too busy. */
    @Test
    void theClockStaysWhereWhatIsOnItsWayDoesNotCome(DflockdClient other) throws Exception {
        var busy = new CountDownLatch(1);
        try (var client = server.newClient(settings -> settings.observer(new Blocking(busy)));
                var held = other.lock("b").withTtl(Duration.ofSeconds(10)).acquire()) {
            var granted = client.lock("a").withTtl(Duration.ofSeconds(10)).acquireAsync(Duration.ofSeconds(30));
            try {
                assertThatThrownBy(() -> server.clock().advance(Duration.ofMinutes(1)))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("within PT10S of the machine's time, although nothing is in the way");
                assertThat(server.clock().elapsed()).isLessThan(Duration.ofSeconds(10));
                assertThat(server.holders("a")).hasSize(1);
            } finally {
                busy.countDown();
            }

            server.clock().advance(Duration.ofMinutes(1));
            assertThat(granted.get(10, TimeUnit.SECONDS).isValid()).isTrue();
            assertThat(held.isValid()).isTrue();
            granted.join().close();
        }
    }

    private record Blocking(CountDownLatch until) implements ClientObserver {
        @Override
        public void began(Lease lease) {
            try {
                assertThat(until.await(1, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void theClockGoesOnWhereAFaultIsInTheWay(DflockdClient client) throws Exception {
        var lease = client.lock("a").withTtl(Duration.ofSeconds(10)).acquire();
        server.faults().stall();

        server.clock().advance(Duration.ofSeconds(11));

        assertThat(server.clock().elapsed()).isEqualTo(Duration.ofSeconds(11));
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void leasesEndInTheirOrder(DflockdClient client) throws Exception {
        var ended = new ArrayList<String>();
        for (int seconds = 3; seconds > 0; seconds--) {
            client.lock("for-" + seconds).withTtl(Duration.ofSeconds(seconds)).withoutRenewal().acquire();
        }
        for (int second = 1; second <= 3; second++) {
            server.clock().advance(Duration.ofSeconds(1));
            for (int of = 1; of <= 3; of++) {
                if (server.holders("for-" + of).isEmpty() && !ended.contains("for-" + of)) {
                    ended.add("for-" + of);
                }
            }
            assertThat(ended).hasSize(second);
        }
        assertThat(ended).containsExactly("for-1", "for-2", "for-3");
    }

    @Test
    void aClientThatWasClosedHoldsNothingUp(DflockdClient client, DflockdClient closed) throws Exception {
        closed.lock("b").acquire().close();
        closed.close();
        try (var lease = client.lock("a").withTtl(Duration.ofSeconds(1)).acquire()) {
            server.clock().advance(Duration.ofMinutes(2));
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void fencesRiseOverARestartWhileTheClockStandsStill(DflockdClient client) throws Exception {
        var before = client.lock("a").acquire();

        server.restart();
        server.clock().advance(Duration.ofSeconds(40));

        try (var after = client.lock("a").acquire()) {
            assertThat(after.fence()).isGreaterThan(before.fence());
        }
    }

    @Test
    void saysWhatItCannotDo(DflockdClient client) {
        var clock = server.clock();
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
        try (var stranger = DflockdClient.connect(server.address())) {
            assertThatThrownBy(() -> clock.pause(stranger)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("none of this server's");
        }
        assertThat(client.servers()).hasSize(1);
    }
}
