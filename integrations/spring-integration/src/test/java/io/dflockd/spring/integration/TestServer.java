package io.dflockd.spring.integration;

import io.dflockd.junit.DflockdServers;
import java.net.InetSocketAddress;

/** A server with an operator, which can begin anew. */
final class TestServer implements AutoCloseable {
    private final DflockdServers server = DflockdServers.start();

    InetSocketAddress socketAddress() {
        var address = address();
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    String address() {
        return server.address();
    }

    /** Knows nothing afterwards. */
    void restart() {
        server.restart();
    }

    /** Takes the key from whoever has it. */
    void revoke(String key) {
        server.revoke(key);
    }

    @Override
    public void close() {
        server.close();
    }
}
