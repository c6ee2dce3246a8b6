package io.dflockd.test;

import io.dflockd.server.DflockdServer;
import io.dflockd.server.ServerClock;
import io.dflockd.server.config.ConfigLoader;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole server in the JVM of a test, on a port of the loopback interface that is free. It keeps all in memory: what it
 * knows ends with it. With JUnit there is {@code dflockd-junit}, which starts and ends it by itself.
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

    private final ServerClock clock;
    private final Runnable whenClosed;
    private final List<String> arguments;
    private DflockdServer server;

    private DflockdTestServer(ServerClock clock, Runnable whenClosed, List<String> arguments) {
        this.clock = clock;
        this.whenClosed = whenClosed;
        this.arguments = arguments;
        this.server = begin(0);
    }

    /**
     * Starts one; returns when it listens.
     *
     * @param arguments as the server's command takes them, such as {@code "--max-locks", "5"}; not for its port, nor for state
     *            that survives. There is an admin listener only where {@code --admin-port} is among them.
     * @throws IllegalArgumentException naming the argument that is not valid
     */
    public static DflockdTestServer start(String... arguments) {
        return new DflockdTestServer(ServerClock.system(), () -> {}, checked(arguments));
    }

    /**
     * Starts one whose leases, waits and graces run out as {@code clock} says. Connections that are silent or slow are ended
     * by the machine's time, if at all.
     */
    public static DflockdTestServer start(TestClock clock, String... arguments) {
        var moved = new MovedClock(clock);
        return new DflockdTestServer(moved, moved::forget, checked(arguments));
    }

    private static List<String> checked(String... arguments) {
        for (var argument : arguments) {
            var name = argument.replaceFirst("=.*", "");
            if (NOT_HERE.contains(name) || name.equals("--port") || name.equals("--host")) {
                throw new IllegalArgumentException(
                        argument + " is not for a test server, which keeps all in memory, on "
                                + "127.0.0.1 and on a port that is free");
            }
        }
        return List.of(arguments);
    }

    private DflockdServer begin(int port) {
        var all = new ArrayList<>(
                List.of("--host", "127.0.0.1", "--port", Integer.toString(port), "--transport", "nio"));
        if (arguments.stream().noneMatch(argument -> argument.matches("--admin-port(=.*)?"))) {
            all.addAll(List.of("--admin-port", "off"));
        }
        all.addAll(arguments);
        if (ConfigLoader.load(all, Map.of()) instanceof ConfigLoader.Wish.Serve serve) {
            return DflockdServer.start(serve.config(), clock);
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

    /** Where operators ask, over HTTP; empty where they cannot. */
    public synchronized Optional<InetSocketAddress> adminAddress() {
        return server.adminAddress();
    }

    /** Ends it and starts another one on the same port, which knows nothing of what was. */
    public synchronized void restart() {
        int port = port();
        close();
        server = begin(port);
    }

    /** Ends all connections, and then the server. May be called twice. */
    @Override
    public synchronized void close() {
        server.close();
        whenClosed.run();
    }
}
