package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LeaseLostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("LockNotBeforeTry") // locking and unlocking is what is tested here
class JavaLockTest {
    private final ManualTime time = new ManualTime();
    private final FakeServer server = new FakeServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void holdsAreCountedPerThread() throws Exception {
        var lock = lock().asJavaLock();
        var served = FakeServer.run(() -> {
            var holder = server.accept().expect("l", "j", "86400 10").send("ok T1 10 1");
            server.accept().expect("l", "j", "0 10").send("timeout");
            holder.expect("r", "j", "T1").send("ok");
        });

        lock.lock();
        lock.lock();
        assertThat(lock.tryLock(1, TimeUnit.SECONDS)).isTrue();
        assertThat(FakeServer.async(lock::tryLock).join()).isFalse();
        assertThatThrownBy(() -> FakeServer.run(lock::unlock).join()).cause()
                .isInstanceOf(IllegalMonitorStateException.class);
        lock.unlock();
        lock.unlock();
        lock.unlock();

        served.join();
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThatThrownBy(lock::newCondition).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void unlockOfALostHoldSaysThatTheCodeBeforeItRanUnprotected() {
        var lock = lock().asJavaLock();
        var served = CompletableFuture
                .supplyAsync(() -> server.accept().expect("l", "j", "86400 10").send("ok T1 10 1"));
        lock.lock();
        time.advance(Duration.ofSeconds(5));
        served.join().expect("n", "j", "T1 10").send("error").expect("r", "j", "T1").send("error");

        assertThatThrownBy(lock::unlock).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    void reEntryAfterALossIsRefusedAndEveryUnlockTells() throws Exception {
        var lock = lock().asJavaLock();
        var served = CompletableFuture
                .supplyAsync(() -> server.accept().expect("l", "j", "86400 10").send("ok T1 10 1"));
        lock.lock();
        lock.lock();
        time.advance(Duration.ofSeconds(5));
        served.join().expect("n", "j", "T1 10").send("error").expect("r", "j", "T1").send("error");

        assertThat(lock.tryLock()).isFalse();
        assertThat(lock.tryLock(1, TimeUnit.DAYS)).isFalse();
        assertThatThrownBy(lock::lock).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(lock::lockInterruptibly).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(lock::unlock).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(lock::unlock).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    /** So that who asks again and again, as initiators of leadership do, makes no hot loop. */
    @Test
    void tryingWithAWaitUsesItUpWhenTheServerHasDied() throws Exception {
        var wait = Duration.ofSeconds(1);
        var dies = new CountingServer();
        try (var client = DflockdClient.connect(dies.address())) {
            var lock = client.lock("j").asJavaLock();
            lock.lock();
            lock.unlock();
            dies.close();
            long begun = System.nanoTime();

            for (int tries = 1; tries <= 2; tries++) {
                try {
                    assertThat(lock.tryLock(wait.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
                } catch (DflockdException e) {
                    // Nobody knows whether the request arrived.
                }
                assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(tries * wait.toNanos());
            }

            assertThat(client.metrics().connections().failed()).isBetween(1L, 30L);
        }
    }

    @Test
    void readersOfOneProcessHoldTogether() {
        var rw = RWLock.builder("d").server(server.address()).time(time).build().asReadWriteLock();
        var served = FakeServer.async(() -> {
            var one = server.accept().expect("rl", "d", "0").send("ok R1 33 1");
            server.accept().expect("rl", "d", "0").send("ok R2 33 2");
            return one;
        });

        assertThat(rw.readLock().tryLock()).isTrue();
        assertThat(FakeServer.async(rw.readLock()::tryLock).join()).isTrue();

        var unlocking = FakeServer.run(() -> served.join().expect("rr", "d", "R1").send("ok"));
        rw.readLock().unlock();
        unlocking.join();
        eventually(unlocking::isDone);
    }

    private Lock lock() {
        return Lock.builder("j").server(server.address()).time(time).leaseTtl(Duration.ofSeconds(10)).build();
    }
}
