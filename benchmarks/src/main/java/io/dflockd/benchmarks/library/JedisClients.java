package io.dflockd.benchmarks.library;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** {@code SET NX PX} and {@link RedisRelease} through Jedis, a connection for each thread. Refuses at once. */
public final class JedisClients implements LockClients {
    private final int port;
    private final Duration lease;

    private JedisClients(int port, Duration lease) {
        this.port = port;
        this.lease = lease;
    }

    public static LockClients open(int port, Duration wait, Duration lease) {
        try (var connection = connect(port)) {
            var unusedDigest = connection.scriptLoad(RedisRelease.SCRIPT);
        }
        return new JedisClients(port, lease);
    }

    private static Jedis connect(int port) {
        return new Jedis("127.0.0.1", port);
    }

    @Override
    public KeyLocks locks(List<String> keys) {
        return new Locks(connect(port), keys, RedisRelease.newToken(), SetParams.setParams().nx().px(lease.toMillis()));
    }

    @Override
    public void close() {
        // The connections are the threads' own.
    }

    private record Locks(Jedis connection, List<String> keys, String token, SetParams terms) implements KeyLocks {
        @Override
        public boolean acquire(int slot) {
            return connection.set(keys.get(slot), token, terms) != null;
        }

        @Override
        public void release(int slot) throws IOException {
            var deleted = connection.evalsha(RedisRelease.DIGEST, List.of(keys.get(slot)), List.of(token));
            if (!Long.valueOf(1).equals(deleted)) {
                throw new IOException(keys.get(slot) + " was not held any more");
            }
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
