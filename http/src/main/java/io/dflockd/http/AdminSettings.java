package io.dflockd.http;

import java.util.List;

/**
 * Where the admin listener listens.
 *
 * @param host a name or address; empty for all addresses
 * @param port 0 for any that is free
 * @param hosts names that may stand in {@code Host}, besides addresses and localhost
 */
public record AdminSettings(String host, int port, List<String> hosts) {
    public AdminSettings {
        hosts = List.copyOf(hosts);
    }
}
