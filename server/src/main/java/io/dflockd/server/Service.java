package io.dflockd.server;

import io.dflockd.server.config.ServerConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What the connections of one server share. Thread-safe. */
final class Service {
    private final ServerConfig config;
    private final EngineDriver driver;
    private final Commands commands;
    private final Optional<Authenticator> authenticator;
    private final ServerCounters counters = new ServerCounters();
    private final Gate gate;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final String greeting;

    Service(ServerConfig config, EngineDriver driver, Optional<Authenticator> authenticator,
            RateLimitedLog.Timer timer) {
        this.config = config;
        this.driver = driver;
        this.commands = new Commands(config.defaultLeaseTtl().toMillis());
        this.authenticator = authenticator;
        this.gate = new Gate(counters, config.maxConnections(), config.authFailureLimit(), timer);
        boolean sessions = !config.maxSessionGrace().isZero();
        this.greeting = "dflockd/" + Version.current() + " ping,tags,cancel" + (sessions ? ",sessions" : "");
    }

    ServerConfig config() {
        return config;
    }

    EngineDriver driver() {
        return driver;
    }

    Commands commands() {
        return commands;
    }

    Optional<Authenticator> authenticator() {
        return authenticator;
    }

    ServerCounters counters() {
        return counters;
    }

    Gate gate() {
        return gate;
    }

    /** The answer to {@code hello}: who this is and which extensions of the protocol it has. */
    String greeting() {
        return greeting;
    }

    /** The answer to {@code stats}. */
    String stats() {
        return StatsReport.write(counters, driver.namedSessions(), driver.inventory(config.statsLimit()));
    }

    Set<Connection> connections() {
        return connections;
    }

    void opened(Connection connection) {
        connections.add(connection);
    }

    void closed(Connection connection) {
        connections.remove(connection);
        counters.closed();
        synchronized (this) {
            notifyAll();
        }
    }

    /** Waits until all connections have ended, for up to {@code most}; zero for ever. Returns whether they have. */
    synchronized boolean awaitNoConnections(Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        try {
            while (!connections.isEmpty()) {
                long restMs = most.isZero() ? 0 : TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (restMs <= 0 && !most.isZero()) {
                    return false;
                }
                wait(restMs);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
