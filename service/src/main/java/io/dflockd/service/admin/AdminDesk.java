package io.dflockd.service.admin;

import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Operations;
import io.dflockd.service.Leader;
import io.dflockd.service.Version;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.stats.ServerCounters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The one way into the service for those who operate it. What takes the engine's lock says so, and must not be called by a
 * thread that others wait for. Thread-safe.
 */
public final class AdminDesk {
    private final EngineDriver driver;
    private final ServerCounters counters;
    private final Health health;
    private final int maxConnections;
    private final Optional<String> self;

    /**
     * Looks at a server.
     *
     * @param maxConnections how many connections there may be; 0 for any number
     * @param self what this node is called in its cluster; empty where it is alone
     */
    public AdminDesk(
            EngineDriver driver, ServerCounters counters, Health health, int maxConnections, Optional<String> self) {
        this.driver = driver;
        this.counters = counters;
        this.health = health;
        this.maxConnections = maxConnections;
        this.self = self;
    }

    /** Whether this node has the state that counts. */
    public boolean leads() {
        return driver.leads();
    }

    /** Who leads, as far as this node knows; it may be itself. */
    public Optional<Leader> leader() {
        return driver.standing().leader().map(node -> new Leader(node.name(), node.peerAddress()));
    }

    /** Takes the engine's lock for a moment. */
    public ServerStatus status() {
        return new ServerStatus(
                Version.current(),
                counters.uptimeMs(),
                self.isPresent() ? "cluster" : driver.isDurable() ? "durable" : "memory",
                health.isReady(),
                driver.isDraining(),
                limits(),
                totals(),
                new ServerStatus.Connections(
                        counters.openConnections(),
                        counters.accepted(),
                        counters.refused(),
                        counters.authFailures(),
                        counters.slowConsumers(),
                        counters.evictedConnections()),
                self.map(this::cluster));
    }

    private List<ServerStatus.Limit> limits() {
        var census = driver.census();
        var limits = driver.limits();
        long keys = (long) census.counters() + census.values() + census.lists() + census.barriers();
        return List.of(
                new ServerStatus.Limit("max-locks", limits.maxLocks(), census.resources()),
                new ServerStatus.Limit("max-keys", limits.maxKeys(), keys),
                new ServerStatus.Limit("max-memory", limits.maxBytes(), census.bytes()),
                new ServerStatus.Limit("max-sessions", limits.maxSessions(), census.namedSessions()),
                new ServerStatus.Limit("max-connections", maxConnections, counters.openConnections()));
    }

    private Map<String, Long> totals() {
        var census = driver.census();
        var totals = new LinkedHashMap<String, Long>();
        totals.put("locks", (long) census.resources());
        totals.put("idle_locks", (long) census.idleResources());
        totals.put("holds", (long) census.holds());
        totals.put("waiters", (long) census.waiters());
        totals.put("counters", (long) census.counters());
        totals.put("values", (long) census.values());
        totals.put("lists", (long) census.lists());
        totals.put("barriers", (long) census.barriers());
        totals.put("subscriptions", (long) census.subscriptions());
        totals.put("named_sessions", (long) census.namedSessions());
        return totals;
    }

    private ServerStatus.Cluster cluster(String name) {
        var standing = driver.standing();
        return new ServerStatus.Cluster(
                name,
                driver.leads(),
                standing.leader().map(Node::name).orElse(""),
                standing.term(),
                driver.operations().map(Operations::applied).map(OptionalLong::of).orElse(OptionalLong.empty()),
                standing.members().stream().map(node -> new ServerStatus.Member(node.name(), node.address())).toList());
    }
}
