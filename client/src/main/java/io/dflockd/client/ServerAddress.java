package io.dflockd.client;

import io.dflockd.protocol.Limits;

/**
 * Where a server listens. The host is a name or an address, IPv6 without its brackets.
 *
 * @param host not empty
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) {
    private static final int MAX_PORT = 65_535;

    public ServerAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("server host is empty; valid is a name or an address");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("server port is " + port + "; valid is 1 to " + MAX_PORT);
        }
    }

    /** Where a server listens unless it is told otherwise. */
    public static ServerAddress ofDefault() {
        return new ServerAddress("127.0.0.1", Limits.DEFAULT_PORT);
    }

    /** Reads {@code host:port}, {@code host}, {@code [ipv6]:port} or {@code [ipv6]}; the default port is 6388. */
    public static ServerAddress parse(String address) {
        var text = address.strip();
        int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        if (text.startsWith("[") ? hostEnd == 0 : hostEnd != text.lastIndexOf(':')) {
            throw invalid(address);
        }
        var host = hostEnd < 0 ? text : text.substring(0, hostEnd);
        var rest = hostEnd < 0 ? "" : text.substring(hostEnd);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        if (!rest.isEmpty() && !rest.startsWith(":")) {
            throw invalid(address);
        }
        return new ServerAddress(host, rest.isEmpty() ? Limits.DEFAULT_PORT : port(rest.substring(1), address));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    private static int port(String digits, String address) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw invalid(address);
        }
    }

    private static IllegalArgumentException invalid(String address) {
        return new IllegalArgumentException(
                "server address is '" + address + "'; valid is host:port, host, [ipv6]:port or [ipv6]");
    }
}
