package io.dflockd.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.zip.CRC32;

/** The ways to divide keys over servers. */
public final class Sharding {
    private Sharding() {}

    /**
     * CRC-32 (IEEE, as in zlib) of the key's UTF-8 bytes, modulo the number of servers. The default, and the same as in
     * the client of the existing dflockd server (Go). Adding or removing a server moves most keys.
     */
    public static ShardFunction crc32() {
        return (key, servers) -> {
            var crc = new CRC32();
            crc.update(key.getBytes(UTF_8));
            return (int) (crc.getValue() % servers);
        };
    }

    public static <S> S choose(ShardFunction function, String key, List<S> servers) {
        if (servers.size() == 1) {
            return servers.get(0);
        }
        int index = function.shard(key, servers.size());
        if (index < 0 || index >= servers.size()) {
            throw new IllegalArgumentException("the shard function chose server " + index + " for key '" + key
                    + "'; valid is 0 to " + (servers.size() - 1));
        }
        return servers.get(index);
    }
}
