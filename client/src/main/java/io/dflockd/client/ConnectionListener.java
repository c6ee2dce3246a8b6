package io.dflockd.client;

import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.DflockdException;
import java.time.Duration;

/**
 * Is told what becomes of a client's connections, in the order in which it happened. Everything else goes on meanwhile, so
 * what it is told may be over already. It runs on the callback executor, one call at a time, and may block; when it has
 * fallen {@value #MAX_UNTOLD} calls behind, it is told no more until it has caught up. What it throws is logged.
 *
 * <p>A server that knows sessions is connected to once, and the break of that connection is followed by {@link #connected}
 * and then by either {@link #resumed} or {@link #sessionLost}; by the latter alone where the token is not accepted any more. Any other server, and what has a connection of its own, is
 * connected to once for each lease or wait.
 *
 * <p>Of a server that is a cluster, it is told of the node. A node that only names the leader is no connection.
 */
public interface ConnectionListener {
    /** How many calls may wait for those before them to return. */
    int MAX_UNTOLD = 1_024;

    /** A connection was made, and authenticated where there is a token. */
    default void connected(ServerAddress server) {}

    /**
     * No connection came about, or it was not authenticated ({@link AuthenticationException}). Told of each attempt; those
     * that the client makes by itself come with growing pauses.
     */
    default void connectFailed(ServerAddress server, DflockdException cause) {}

    /** A connection ended, also when this client closed it; {@code cause} says why. */
    default void disconnected(ServerAddress server, DflockdException cause) {}

    /** The session goes on over a new connection with all it had; {@code away} is for how long it had none. */
    default void resumed(ServerAddress server, Duration away) {}

    /** The server does not know the session any more. What was held there is lost, and what waited has failed. */
    default void sessionLost(ServerAddress server) {}

    /** A listener that ignores all. */
    static ConnectionListener none() {
        return new ConnectionListener() {
        };
    }
}
