package io.dflockd.http;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/**
 * Where the admin listener listens.
 *
 * @param host a name or address; empty for all addresses
 * @param port 0 for any that is free
 * @param hosts names that may stand in {@code Host}, besides addresses and localhost
 * @param hasConsole whether there are pages for people too
 * @param guardsMetrics whether metrics are for those alone who may observe
 * @param wantsCertificate whether nobody comes to the port for clients without a certificate, so that nobody does here what clients do
 * @param tls the server's end of each new connection; empty where it speaks no TLS
 */
public record AdminSettings(String host, int port, List<String> hosts, boolean hasConsole, boolean guardsMetrics,
        boolean wantsCertificate,
        Optional<Supplier<SSLEngine>> tls) {
    public AdminSettings {
        hosts = List.copyOf(hosts);
    }
}
