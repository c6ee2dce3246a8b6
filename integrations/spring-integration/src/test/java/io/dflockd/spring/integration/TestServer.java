package io.dflockd.spring.integration;

import io.dflockd.client.connection.Connection;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** A server with an operator, which can begin anew. */
final class TestServer implements AutoCloseable {
    private static final String ADMIN = "s3cret-of-the-admin";

    private final Path token;
    private DflockdServer server;

    TestServer(Path folder) throws Exception {
        token = Files.writeString(folder.resolve("admin"), ADMIN);
        server = begin(0);
    }

    private DflockdServer begin(int port) {
        return DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, Integer.toString(port))
                .set(Setting.ADMIN_PORT, "off")
                .set(Setting.ADMIN_TOKEN_FILE, token.toString())
                .build());
    }

    InetSocketAddress socketAddress() {
        return server.address();
    }

    String address() {
        return "127.0.0.1:" + server.address().getPort();
    }

    /** Knows nothing afterwards. */
    void restart() {
        int port = server.address().getPort();
        server.close();
        server = begin(port);
    }

    /** Takes the key from whoever has it. */
    void revoke(String key) throws InterruptedException {
        try (var connection = Connection.dial(address())) {
            connection.authenticate(ADMIN);
            var fence = connection.holds().holders(key).replaceFirst("(?s).*\"fence\":(\\d+).*", "$1");
            connection.holds().revoke(key, Long.parseLong(fence));
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
