package io.dflockd.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.LeaseLostException;
import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.integration.support.locks.LockRegistry;

@Timeout(120)
@SuppressWarnings("LockNotBeforeTry") // holding by hand is what is tested
class DflockdLockRegistryTest {
    private static final Executor OWN_THREADS = task -> new Thread(task).start();

    private static TestServer server;
    private static DflockdClient client;
    private static DflockdClient other;

    private final DflockdLockRegistry locks = new DflockdLockRegistry(client, "r/");
    private final DflockdLockRegistry others = new DflockdLockRegistry(other, "r/");

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer();
        client = DflockdClient.connect(server.address());
        other = DflockdClient.connect(server.address());
    }

    @AfterAll
    static void stop() {
        other.close();
        client.close();
        server.close();
    }

    private boolean isFree(Object key) {
        var lock = others.obtain(key);
        if (lock.tryLock()) {
            lock.unlock();
            return true;
        }
        return false;
    }

    private void loseIt(String key) throws InterruptedException {
        var lease = locks.lease(key).orElseThrow();
        server.revoke("r/" + key);
        Eventually.await("the loss is known", Duration.ofSeconds(30), () -> !lease.isValid());
    }

    @Test
    void aLockIsReentrantThroughEveryLockOfItsKey() throws Exception {
        locks.obtain("a").lock();
        assertThat(locks.obtain("a").tryLock()).isTrue();
        assertThat(locks.obtain("a").tryLock(10, TimeUnit.SECONDS)).isTrue();
        long fence = locks.lease("a").orElseThrow().fence();

        locks.obtain("a").unlock();
        locks.obtain("a").unlock();
        assertThat(isFree("a")).isFalse();
        locks.obtain("a").unlock();

        assertThat(isFree("a")).isTrue();
        assertThat(fence).isPositive();
        assertThat(locks.lease("a")).isEmpty();
        assertThat(locks.obtain("a")).isEqualTo(locks.obtain("a")).isNotEqualTo(locks.obtain("b"));
    }

    @Test
    void anotherThreadIsAnotherOwner() throws Exception {
        locks.obtain("b").lock();
        var taken = CompletableFuture.supplyAsync(() -> locks.obtain("b").tryLock(), OWN_THREADS);
        assertThat(taken.get(60, TimeUnit.SECONDS)).isFalse();
        var released = CompletableFuture.runAsync(() -> locks.obtain("b").unlock(), OWN_THREADS);
        assertThatThrownBy(() -> released.get(60, TimeUnit.SECONDS)).cause()
                .isInstanceOf(IllegalMonitorStateException.class);
        locks.obtain("b").unlock();
    }

    @Test
    void aLostHoldIsFalseOnceAndForgotten() throws Exception {
        var lock = locks.obtain("c");
        lock.lock();
        lock.lock();
        loseIt("c");

        assertThat(lock.tryLock(60, TimeUnit.SECONDS)).isFalse();

        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(lock.tryLock(60, TimeUnit.SECONDS)).isTrue();
        lock.unlock();
        assertThat(isFree("c")).isTrue();
    }

    @Test
    void lockSaysOnceThatTheHoldWasLost() throws Exception {
        var lock = locks.obtain("d");
        lock.lock();
        loseIt("d");

        assertThatThrownBy(lock::lock).isInstanceOf(LeaseLostException.class);

        lock.lock();
        lock.unlock();
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    void theLastUnlockSaysThatTheHoldWasLost() throws Exception {
        var lock = locks.obtain("e");
        lock.lock();
        lock.lock();
        loseIt("e");

        lock.unlock();
        assertThatThrownBy(lock::unlock).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    void aHoldThatWasGivenBackByItsLeaseIsForgotten() throws Exception {
        var lock = locks.obtain("h");
        lock.lock();
        locks.lease("h").orElseThrow().release();

        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(isFree("h")).isTrue();
    }

    @Test
    void renewalMakesSureThatTheLockIsHeld() throws Exception {
        assertThatThrownBy(() -> locks.renewLock("f")).isInstanceOf(IllegalMonitorStateException.class);
        var lock = locks.obtain("f");
        lock.lock(Duration.ofSeconds(5));
        assertThat(locks.lease("f").orElseThrow().remaining()).isBetween(Duration.ZERO, Duration.ofSeconds(5));
        locks.renewLock("f");
        locks.renewLock("f", Duration.ofMinutes(1));
        assertThatThrownBy(() -> locks.renewLock("f", Duration.ZERO)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
        loseIt("f");

        assertThatThrownBy(() -> locks.renewLock("f")).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(lock::unlock).isInstanceOf(LeaseLostException.class);
        assertThat(lock.tryLock(Duration.ofSeconds(60), Duration.ofSeconds(4))).isTrue();
        lock.unlock();
    }

    @Test
    void nothingIsKeptOfLocksThatNobodyHolds() {
        for (int i = 0; i < 500; i++) {
            locks.obtain(i).lock();
            locks.obtain(i).unlock();
        }
        locks.obtain("held").lock();
        locks.expireUnusedOlderThan(0);

        assertThat(locks.holds()).isEqualTo(1);
        assertThat(isFree("held")).isFalse();
        locks.obtain("held").unlock();
    }

    @Test
    void aKeyIsWhatIsTheSameEverywhere() {
        var id = UUID.randomUUID();
        for (var key : List.of("text", 7, 8L, true, id, TimeUnit.DAYS)) {
            locks.obtain(key).lock();
            assertThat(isFree(key)).isFalse();
            locks.obtain(key).unlock();
        }
        assertThatThrownBy(() -> locks.obtain(new Object())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object");
    }

    @Test
    void anInterruptEndsAWait() throws Exception {
        others.obtain("g").lock();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> locks.obtain("g").lockInterruptibly()).isInstanceOf(InterruptedException.class);
        Thread.currentThread().interrupt();
        assertThat(locks.obtain("g").tryLock()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        assertThatThrownBy(() -> locks.obtain("g").newCondition()).isInstanceOf(UnsupportedOperationException.class);

        LockRegistry<?> registry = locks;
        assertThatThrownBy(() -> registry.executeLocked("g", Duration.ofMillis(50), () -> "ran"))
                .isInstanceOf(TimeoutException.class);
        others.obtain("g").unlock();
        assertThat(registry.<String, RuntimeException>executeLocked("g", Duration.ofSeconds(60), () -> "ran"))
                .isEqualTo("ran");
    }
}
