package io.dflockd.replication;

import org.jspecify.annotations.Nullable;

/** A host and a port, as in {@code db1.example:6390} and {@code [::1]:6390}. The host stays a name. */
record PeerAddress(String host, int port) {
    private static final int MAX_PORT = 65_535;

    static PeerAddress of(String text) {
        int colon = text.lastIndexOf(':');
        var host = text.substring(0, Math.max(0, colon));
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (!host.isEmpty() && port > 0 && port <= MAX_PORT) {
                return new PeerAddress(host, port);
            }
        } catch (NumberFormatException e) {
            throw invalid(text, e);
        }
        throw invalid(text, null);
    }

    private static IllegalArgumentException invalid(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException("peer address is '" + text + "', must be host:port", cause);
    }
}
