package io.dflockd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.Election;
import io.dflockd.client.LeadershipListener;
import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.Lock;
import io.dflockd.client.RWLock;
import io.dflockd.client.Semaphore;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LossReason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Locks, semaphores, read-write locks and elections of the Go client, done in Java. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GoLocksTest {
    private static final Duration SHORT = Duration.ofSeconds(1);

    @Test
    void lockWithEveryField() throws Exception {
        var renewError = new AtomicReference<DflockdException>();
        var lock = Lock.builder("go/every-field") // Key
                .server(TestServer.address()) // Servers
                .acquireTimeout(Duration.ofSeconds(10)) // AcquireTimeout
                .leaseTtl(Duration.ofSeconds(60)) // LeaseTTL
                .renewRatio(0.5) // RenewRatio
                .shardFunction((key, servers) -> 0) // ShardFunc
                .onRenewError(renewError::set) // OnRenewError
                .build();

        try (var lease = lock.acquire()) {
            assertThat(lease.remaining()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
        }

        assertThat(renewError).hasNullValue();
    }

    @Test
    void lockAcquireReleaseTokenAndFence() throws Exception {
        var lock = lock("go/acquire");

        var lease = lock.acquire();
        assertThat(lease.token()).hasSize(32);
        assertThat(lease.fence()).isPositive();
        assertThat(lock.tryAcquire()).isEmpty();
        assertThat(lease.release()).isTrue();

        try (var next = lock.acquire()) {
            assertThat(next.fence()).isGreaterThan(lease.fence());
        }
    }

    @Test
    void lockAcquireThatTimesOutIsEmpty() throws Exception {
        var lock = lock("go/acquire-timeout");

        try (var held = lock.acquire()) {
            assertThat(held.isValid()).isTrue();
            assertThat(lock.tryAcquire(SHORT)).isEmpty();
        }
    }

    @Test
    void lockCloseGivesBack() throws Exception {
        var lock = lock("go/close");

        lock.acquire().close();

        assertThat(lock.tryAcquire()).hasValueSatisfying(Lease::close);
    }

    @Test
    void lockEnqueueAndWait() throws Exception {
        var lock = lock("go/two-phase");

        try (var held = lock.acquire(); var ticket = lock.enqueue()) {
            assertThat(ticket.isAcquired()).isFalse(); // status "queued"
            assertThat(held.release()).isTrue();
            var lease = ticket.tryAwait(Duration.ofSeconds(30));
            assertThat(lease).hasValueSatisfying(Lease::close);
        }
        try (var ticket = lock.enqueue()) {
            assertThat(ticket.isAcquired()).isTrue(); // status "acquired"
            assertThat(ticket.lease()).isPresent();
        }
    }

    @Test
    void lockRenewsItself() throws Exception {
        var lock = Lock.builder("go/renews")
                .server(TestServer.address())
                .leaseTtl(Duration.ofSeconds(2))
                .build();

        try (var lease = lock.acquire()) {
            // Twice the lease passes in the time that another one waits in vain.
            assertThat(lock.tryAcquire(Duration.ofSeconds(4))).isEmpty();
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void lockTellsAFailedRenewal() throws Exception {
        try (var server = TestServer.start()) {
            var renewError = new CompletableFuture<DflockdException>();
            var lost = new CompletableFuture<LossReason>();
            var lock = Lock.builder("go/renewal-fails")
                    .server(server.hostAndPort())
                    .leaseTtl(Duration.ofSeconds(2))
                    .onRenewError(renewError::complete)
                    .onLost((lease, reason) -> lost.complete(reason))
                    .build();

            try (var lease = lock.acquire()) {
                server.kill();

                assertThat(renewError.get(30, TimeUnit.SECONDS)).isNotNull();
                assertThat(lost.get(30, TimeUnit.SECONDS)).isIn(LossReason.CONNECTION_LOST, LossReason.EXPIRED);
                assertThat(lease.isValid()).isFalse();
            }
        }
    }

    @Test
    void semaphore() throws Exception {
        var semaphore = Semaphore.builder("go/semaphore", 2).server(TestServer.address()).build(); // Limit

        try (var one = semaphore.acquire(); var two = semaphore.acquire(); var three = semaphore.enqueue()) {
            assertThat(semaphore.tryAcquire()).isEmpty();
            assertThat(two.mode()).isEqualTo(LeaseMode.PERMIT);
            assertThat(one.release()).isTrue();
            assertThat(three.await(Duration.ofSeconds(10)).fence()).isGreaterThan(two.fence());
        }
    }

    @Test
    void rwLock() throws Exception {
        var rw = RWLock.builder("go/rw").server(TestServer.address()).build();

        try (var one = rw.readLock(); var two = rw.read().acquire()) { // RLock
            assertThat(rw.write().tryAcquire()).isEmpty();
            assertThat(one.token()).isNotEqualTo(two.token());
        } // Unlock
        try (var writer = rw.writeLock()) { // WLock
            assertThat(writer.mode()).isEqualTo(LeaseMode.WRITE);
            assertThat(rw.read().tryAcquire()).isEmpty();
        }
    }

    @Test
    void electionWithListener() throws Exception {
        var elected = new CompletableFuture<Lease>();
        var ended = new CompletableFuture<Optional<LossReason>>();
        var election = Election.builder("go/election")
                .server(TestServer.address())
                .listener(new LeadershipListener() {
                    @Override
                    public void elected(Lease leadership) { // OnElected
                        elected.complete(leadership);
                    }

                    @Override
                    public void ended(Lease leadership, Optional<LossReason> reason) { // OnResigned
                        ended.complete(reason);
                    }
                })
                .build();

        var leadership = election.campaign(Duration.ofSeconds(5)).orElseThrow(); // Campaign
        assertThat(election.isLeader()).isTrue(); // IsLeader
        assertThat(elected.get(10, TimeUnit.SECONDS).token()).isEqualTo(leadership.token()); // Token
        assertThat(leadership.fence()).isPositive(); // Fence
        var rival = Election.builder("go/election").server(TestServer.address()).build();
        assertThat(rival.campaign(Duration.ZERO)).isEmpty();
        assertThat(election.resign()).isTrue(); // Resign

        assertThat(ended.get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(election.isLeader()).isFalse();
        leadership.close(); // Close
    }

    @Test
    void serversAndShards() throws Exception {
        try (var other = TestServer.start()) {
            // CRC32Shard is the default; a function of one's own replaces it.
            var chosen = Lock.builder("go/shard")
                    .server(TestServer.address())
                    .server(other.hostAndPort())
                    .shardFunction((key, servers) -> servers - 1)
                    .build();

            try (var lease = chosen.acquire(); var connection = Connection.dial(other.hostAndPort())) {
                assertThat(lease.server()).hasToString(other.hostAndPort());
                assertThat(connection.stats()).contains("go/shard");
            }
        }
    }

    private static Lock lock(String key) {
        return Lock.builder(key).server(TestServer.address()).build();
    }
}
