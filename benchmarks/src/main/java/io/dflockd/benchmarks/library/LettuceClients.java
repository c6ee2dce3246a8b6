package io.dflockd.benchmarks.library;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@code SET NX PX} and {@link RedisRelease} through Lettuce: one connection, as it advises. Refuses at once. */
public final class LettuceClients implements LockClients {
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final Duration lease;

    private LettuceClients(int port, Duration lease) {
        this.lease = lease;
        client = RedisClient.create("redis://127.0.0.1:" + port);
        connection = client.connect();
        var unusedDigest = connection.sync().scriptLoad(RedisRelease.SCRIPT);
    }

    public static LockClients open(int port, Duration wait, Duration lease) {
        return new LettuceClients(port, lease);
    }

    @Override
    public KeyLocks locks(List<String> keys) {
        return new Locks(connection.sync(), keys, RedisRelease.newToken(), SetArgs.Builder.nx().px(lease.toMillis()));
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }

    private record Locks(RedisCommands<String, String> commands, List<String> keys, String token, SetArgs terms)
            implements
                KeyLocks {
        @Override
        public boolean acquire(int slot) {
            return commands.set(keys.get(slot), token, terms) != null;
        }

        @Override
        public void release(int slot) throws IOException {
            Long deleted = commands.evalsha(
                    RedisRelease.DIGEST, ScriptOutputType.INTEGER, new String[]{keys.get(slot)}, token);
            if (deleted == null || deleted != 1) {
                throw new IOException(keys.get(slot) + " was not held any more");
            }
        }
    }
}
