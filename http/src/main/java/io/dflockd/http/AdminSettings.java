package io.dflockd.http;

import java.util.List;

/**
 * Where the admin listener listens.
 *
 * @param host a name or address; empty for all addresses
 * @param port 0 for any that is free
 * @param hosts names that may stand in {@code Host}, besides addresses and localhost
 * @param hasConsole whether there are pages for people too
 */
public record AdminSettings(String host, int port, List<String> hosts, boolean hasConsole) {
    public AdminSettings {
        hosts = List.copyOf(hosts);
    }
}
