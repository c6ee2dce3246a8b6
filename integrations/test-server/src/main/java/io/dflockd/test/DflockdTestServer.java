package io.dflockd.test;

import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ConfigLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A whole server in the JVM of a test, on a port of the loopback interface that is free. It keeps all in memory: what it
 * knows ends with it.
 *
 * <pre>{@code
 * try (var server = DflockdTestServer.start("--max-locks", "5");
 *         var client = DflockdClient.connect(server.address())) {
 *     …
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class DflockdTestServer implements AutoCloseable {
    private static final List<String> NOT_HERE = List.of("--data-dir", "--cluster", "--node", "--restore");

    private final List<String> arguments;
    private DflockdServer server;

    private DflockdTestServer(List<String> arguments) {
        this.arguments = arguments;
        this.server = begin(arguments, 0);
    }

    /**
     * Starts one; returns when it listens.
     *
     * @param arguments as the server's command takes them, such as {@code "--max-locks", "5"}; not for its port, nor for state
     *            that survives
     * @throws IllegalArgumentException naming the argument that is not valid
     */
    public static DflockdTestServer start(String... arguments) {
        for (var argument : arguments) {
            if (NOT_HERE.contains(argument) || argument.startsWith("--port") || argument.startsWith("--host")) {
                throw new IllegalArgumentException(
                        argument + " is not for a test server, which keeps all in memory, on "
                                + "127.0.0.1 and on a port that is free");
            }
        }
        return new DflockdTestServer(List.of(arguments));
    }

    private static DflockdServer begin(List<String> arguments, int port) {
        var all = new ArrayList<>(List.of("--host", "127.0.0.1", "--port", Integer.toString(port), "--transport", "nio",
                "--admin-port", "off"));
        all.addAll(arguments);
        if (ConfigLoader.load(all, Map.of()) instanceof ConfigLoader.Wish.Serve serve) {
            return DflockdServer.start(serve.config());
        }
        throw new IllegalArgumentException("no server starts with " + arguments);
    }

    /** As {@code host:port}. */
    public synchronized String address() {
        return "127.0.0.1:" + port();
    }

    public synchronized int port() {
        return server.address().getPort();
    }

    /** Ends it and starts another one on the same port, which knows nothing of what was. */
    public synchronized void restart() {
        int port = port();
        server.close();
        server = begin(arguments, port);
    }

    /** Ends all connections, and then the server. May be called twice. */
    @Override
    public synchronized void close() {
        server.close();
    }
}
