package io.dflockd.junit;

import io.dflockd.test.DflockdTestServer;
import org.jspecify.annotations.Nullable;

/** A server in this JVM. Not to be touched where that is older than the server. */
final class ServerInJvm implements Server {
    private final DflockdTestServer server;

    /** Starts one; {@code clock} is null for the machine's. */
    ServerInJvm(@Nullable VirtualTime clock, String... arguments) {
        server = clock == null
                ? DflockdTestServer.start(arguments)
                : DflockdTestServer.start(new ServerTime(clock), arguments);
    }

    /** The server's share of a time: what is due there comes before what is due at clients at the same moment. */
    private record ServerTime(VirtualTime time) implements io.dflockd.test.TestClock {
        @Override
        public long nanoTime() {
            return time.now();
        }

        @Override
        public Runnable after(long delayNanos, Runnable task) {
            return time.planForServer(delayNanos, task);
        }
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public int adminPort() {
        return server.adminAddress()
                .orElseThrow(() -> new IllegalStateException("the test server has no admin listener"))
                .getPort();
    }

    @Override
    public void restart() {
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
