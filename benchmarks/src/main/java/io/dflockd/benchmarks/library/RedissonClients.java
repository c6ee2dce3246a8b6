package io.dflockd.benchmarks.library;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Redisson with its own settings: one client, whose pool of connections all threads share. The lease is fixed, so no watchdog. */
public final class RedissonClients implements LockClients {
    private final RedissonClient client;
    private final BiFunction<RedissonClient, String, RLock> kind;
    private final Duration wait;
    private final Duration lease;

    private RedissonClients(
            int port, BiFunction<RedissonClient, String, RLock> kind, Duration wait, Duration lease) {
        var config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + port);
        this.client = Redisson.create(config);
        this.kind = kind;
        this.wait = wait;
        this.lease = lease;
    }

    /** Its ordinary lock. */
    public static LockClients plain(int port, Duration wait, Duration lease) {
        return new RedissonClients(port, RedissonClient::getLock, wait, lease);
    }

    /** Its lock with a queue. */
    public static LockClients fair(int port, Duration wait, Duration lease) {
        return new RedissonClients(port, RedissonClient::getFairLock, wait, lease);
    }

    @Override
    public KeyLocks locks(List<String> keys) {
        return new Locks(keys.stream().map(key -> kind.apply(client, key)).toList(), wait.toMillis(), lease.toMillis());
    }

    @Override
    public void close() {
        client.shutdown();
    }

    private record Locks(List<RLock> locks, long waitMs, long leaseMs) implements KeyLocks {
        @Override
        public boolean acquire(int slot) throws InterruptedException {
            return locks.get(slot).tryLock(waitMs, leaseMs, TimeUnit.MILLISECONDS);
        }

        @Override
        public void release(int slot) {
            locks.get(slot).unlock();
        }
    }
}
