package io.dflockd.junit;

import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A server that tests use and look into. With {@link DflockdTest} the extension gives and ends it; without JUnit:
 *
 * <pre>{@code
 * try (var server = DflockdServers.start("--max-locks", "5")) {
 *     var client = server.newClient();
 *     …
 * }
 * }</pre>
 *
 * <p>It runs in this JVM from Java 21 on. On an older one it runs in a process of a JDK from 21 on, which is sought in
 * {@code DFLOCKD_TEST_JAVA}, {@code JAVA_HOME}, {@code toolchains.xml} of Maven and the usual folders. Thread-safe; methods
 * that ask the server block until it has answered.
 */
public interface DflockdServers extends AutoCloseable {
    /**
     * Starts a server and returns when it listens.
     *
     * @param arguments of the server's command, such as {@code "--max-locks", "5"}; not for its ports, its admin listener or
     *            for state that survives
     * @throws IllegalArgumentException naming the argument that is not valid
     * @throws IllegalStateException where this is an older Java than 21 and no other JDK was found
     */
    static DflockdServers start(String... arguments) {
        return new ServerView(TestServer.start(arguments), "test", true);
    }

    /**
     * As {@link #start}, by a clock that the test moves.
     *
     * @throws UnsupportedOperationException on an older Java than 21, where the server is in another process
     */
    static DflockdServers startWithManualClock(String... arguments) {
        return new ServerView(TestServer.startWithManualClock(arguments), "test", true);
    }

    /** Where it is, as {@code host:port}, over the network of {@link #faults}. Stays the same over {@link #restart}. */
    String address();

    /** A client of this server with settings of its own, which is closed with the test (or by the test, if that likes). */
    DflockdClient newClient(Consumer<DflockdClient.Builder> settings);

    /** A client of this server with the settings that all have. */
    default DflockdClient newClient() {
        return newClient(settings -> {});
    }

    /** The prefix with a number that nobody got before from this server, for tests that run at the same time. */
    String uniqueKey(String prefix);

    /**
     * Heals the network, ends all connections and sessions, and forgets all that the server knows, as {@link #restart} does.
     *
     * @throws IllegalStateException where another class uses the same server now
     */
    void reset();

    /**
     * Ends the server in order and starts it anew, on the same port and with nothing that it knew. Clients connect again by
     * themselves and find that their sessions are gone.
     *
     * @throws IllegalStateException where another class uses the same server now
     */
    void restart();

    /**
     * Takes the key away from all who hold it, as an operator would.
     *
     * @throws IllegalStateException where nobody holds it
     */
    void revoke(String key);

    /** Who holds the key, in the order of the grants, 1,000 at most. */
    List<Holder> holders(String key);

    /**
     * Waits, by the machine's time, until at least so many wait for the key.
     *
     * @throws AssertionError where that is not so in time; says how many do
     */
    void awaitWaiters(String key, int count, Duration atMost) throws InterruptedException;

    /** The network to it. */
    Faults faults();

    /**
     * The clock of the server and its clients.
     *
     * @throws IllegalStateException where it is the machine's
     */
    ManualClock clock();

    /** Closes the clients that came from it, and the server unless others use it too. May be called twice. */
    @Override
    void close();
}
