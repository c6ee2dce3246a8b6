package io.dflockd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.Sharding;
import io.dflockd.client.connection.Connection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The low-level functions of the Go client, done in Java: one connection, one command a call. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GoCommandsTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Connection c;
    private Connection other;

    @BeforeEach
    void connect() throws Exception {
        c = Connection.dial(TestServer.address());
        other = Connection.dial(TestServer.address());
    }

    @AfterEach
    void disconnect() {
        c.close();
        other.close();
    }

    @Test
    void acquireRenewRelease() throws Exception {
        var grant = c.locks().acquire("go/c/lock", TEN_SECONDS, MINUTE); // WithLeaseTTL(60)
        assertThat(grant.lease()).isEqualTo(MINUTE);
        assertThat(grant.fence()).isPositive();

        var renewal = c.locks().renew("go/c/lock", grant.token(), Duration.ofSeconds(90));
        assertThat(renewal.remaining()).isEqualTo(Duration.ofSeconds(90));
        assertThat(renewal.fence()).isEqualTo(grant.fence());

        c.locks().release("go/c/lock", grant.token());
    }

    @Test
    void enqueueWait() throws Exception {
        var held = c.locks().enqueue("go/c/queue").orElseThrow(); // "acquired"
        assertThat(other.locks().enqueue("go/c/queue", MINUTE)).isEmpty(); // "queued"

        c.locks().release("go/c/queue", held.token());

        var grant = other.locks().await("go/c/queue", TEN_SECONDS);
        assertThat(grant.fence()).isGreaterThan(held.fence());
    }

    @Test
    void semaphores() throws Exception {
        var one = c.semaphores().acquire("go/c/sem", 2, TEN_SECONDS);
        var two = c.semaphores().enqueue("go/c/sem", 2).orElseThrow();
        assertThat(other.semaphores().enqueue("go/c/sem", 2)).isEmpty();
        assertThat(c.semaphores().renew("go/c/sem", two.token()).fence()).isEqualTo(two.fence());

        c.semaphores().release("go/c/sem", one.token());

        assertThat(other.semaphores().await("go/c/sem", TEN_SECONDS).fence()).isGreaterThan(two.fence());
    }

    @Test
    void readLocks() throws Exception {
        var one = c.readLocks().acquire("go/c/rw", TEN_SECONDS);
        var two = other.readLocks().enqueue("go/c/rw").orElseThrow();
        assertThat(other.readLocks().await("go/c/rw", TEN_SECONDS).token()).isEqualTo(two.token());
        assertThat(c.readLocks().renew("go/c/rw", one.token()).fence()).isEqualTo(one.fence());
        c.readLocks().release("go/c/rw", one.token());
    }

    @Test
    void writeLocks() throws Exception {
        var one = c.writeLocks().acquire("go/c/rw2", TEN_SECONDS);
        assertThat(other.writeLocks().enqueue("go/c/rw2")).isEmpty();
        assertThat(c.writeLocks().renew("go/c/rw2", one.token()).fence()).isEqualTo(one.fence());
        c.writeLocks().release("go/c/rw2", one.token());
        assertThat(other.writeLocks().await("go/c/rw2", TEN_SECONDS).fence()).isGreaterThan(one.fence());
    }

    @Test
    void counters() throws Exception {
        assertThat(c.counters().increment("go/c/hits", 5)).isEqualTo(5);
        assertThat(c.counters().decrement("go/c/hits", 7)).isEqualTo(-2);
        c.counters().set("go/c/hits", 100);
        assertThat(c.counters().get("go/c/hits")).isEqualTo(100);
    }

    @Test
    void values() throws Exception {
        c.values().set("go/c/name", "one", MINUTE);
        assertThat(c.values().get("go/c/name")).contains("one");
        assertThat(c.values().require("go/c/name")).isEqualTo("one");
        assertThat(c.values().compareAndSet("go/c/name", "one", "two", MINUTE)).isTrue();
        assertThat(c.values().compareAndSet("go/c/name", "one", "three", null)).isFalse();
        c.values().delete("go/c/name");
        assertThat(c.values().get("go/c/name")).isEmpty();
    }

    @Test
    void lists() throws Exception {
        assertThat(c.lists().pushRight("go/c/list", "b")).isEqualTo(1);
        assertThat(c.lists().pushLeft("go/c/list", "a")).isEqualTo(2);
        assertThat(c.lists().length("go/c/list")).isEqualTo(2);
        assertThat(c.lists().range("go/c/list", 0, -1)).containsExactly("a", "b");
        assertThat(c.lists().popLeft("go/c/list")).contains("a");
        assertThat(c.lists().popRight("go/c/list")).contains("b");
        assertThat(c.lists().popLeft("go/c/list")).isEmpty();
    }

    @Test
    void blockingPops() throws Exception {
        var left = c.lists().popLeftAsync("go/c/jobs", TEN_SECONDS);
        other.lists().pushRight("go/c/jobs", "job");
        assertThat(left.get()).contains("job");
        assertThat(c.lists().popRight("go/c/jobs", Duration.ofSeconds(1))).isEmpty();
    }

    @Test
    void emit() throws Exception {
        assertThat(c.signals().emit("go.c.nobody-listens", "hello")).isZero();
    }

    @Test
    void barrierWait() throws Exception {
        var first = c.barriers().awaitAsync("go/c/sync-point", 2, TEN_SECONDS);
        assertThat(other.barriers().await("go/c/sync-point", 2, TEN_SECONDS)).isTrue();
        assertThat(first.get()).isTrue();
        assertThat(c.barriers().await("go/c/sync-point", 2, Duration.ZERO)).isFalse();
    }

    @Test
    void crc32Shard() {
        // The value of zlib's crc32 for "123456789" is 0xCBF43926.
        assertThat(Sharding.crc32().shard("123456789", 1000)).isEqualTo((int) (0xCBF43926L % 1000));
    }
}
