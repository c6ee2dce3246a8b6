package io.dflockd.cli.load;

import io.dflockd.client.Sharding;
import java.util.ArrayList;
import java.util.List;

/** The servers of a run, which share the keys among them as always. */
public record Servers(List<Endpoint> endpoints) {
    public Servers {
        endpoints = List.copyOf(endpoints);
    }

    Endpoint of(String key) {
        return endpoints.get(Sharding.crc32().shard(key, endpoints.size()));
    }

    /** Connections take the servers in turn. */
    Endpoint ofConnection(int number) {
        return endpoints.get(number % endpoints.size());
    }

    /** So many keys, all of them at the server of the connection. */
    List<String> keysFor(int connection, String prefix, int count) {
        var keys = new ArrayList<String>(count);
        for (long i = 0; keys.size() < count; i++) {
            var key = prefix + "." + connection + "." + i;
            if (of(key).equals(ofConnection(connection))) {
                keys.add(key);
            }
        }
        return keys;
    }
}
