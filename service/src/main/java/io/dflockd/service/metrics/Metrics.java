package io.dflockd.service.metrics;

import io.dflockd.service.access.CountedAudit;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.stats.ServerCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** All that a monitoring system is told of this server. Thread-safe. */
public final class Metrics {
    private final EngineDriver driver;
    private final ServerCounters counters;
    private final BooleanSupplier ready;
    private final int maxConnections;
    private final List<KeyGroup> groups;
    private final Supplier<Map<String, Long>> certificateEnds;
    private final CountedAudit audit;

    /**
     * Has the keys of the groups measured apart from now on.
     *
     * @param ready whether clients should be sent here
     * @param maxConnections how many connections there may be; 0 for any number
     * @param certificateEnds when the certificates end that are shown, in seconds since 1970, by the name of the port
     */
    public Metrics(
            EngineDriver driver,
            ServerCounters counters,
            BooleanSupplier ready,
            int maxConnections,
            List<KeyGroup> groups,
            Supplier<Map<String, Long>> certificateEnds,
            CountedAudit audit) {
        this.audit = audit;
        this.driver = driver;
        this.counters = counters;
        this.ready = ready;
        this.maxConnections = maxConnections;
        this.groups = List.copyOf(groups);
        this.certificateEnds = certificateEnds;
        driver.groupKeys(groups.stream().map(KeyGroup::prefix).toList());
        driver.view().measures(); // loads what that needs while nobody waits for the engine
    }

    /**
     * As of now. Takes the engine's lock for a moment, however much there is.
     *
     * @param others the ports besides that of clients
     */
    public List<Family> gather(List<ListenerCount> others) {
        var measures = driver.view().measures();
        var families = new Families();
        NodeFamilies.addTo(families, ready.getAsBoolean(), driver.isDraining() || driver.isDrained(),
                certificateEnds.get());
        var listeners = new ArrayList<ListenerCount>();
        listeners.add(new ListenerCount("data", counters.openConnections(), counters.accepted()));
        listeners.addAll(others);
        TrafficFamilies.addConnectionsTo(families, counters, listeners);
        TrafficFamilies.addSecurityTo(families, counters, audit);
        TrafficFamilies.addTo(families, measures);
        TrafficFamilies.addIdentityLimitsTo(families, measures, counters);
        var holds = new HoldFamilies(measures.engine());
        holds.addTo(families);
        holds.addGroupsTo(families, groups);
        var state = new StateFamilies(measures);
        state.addTo(families);
        state.addLimitsTo(families, counters, maxConnections);
        NodeFamilies.addClusterTo(families, driver.standing(), driver.operations());
        return families.all();
    }
}
