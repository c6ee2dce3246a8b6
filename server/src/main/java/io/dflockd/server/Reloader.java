package io.dflockd.server;

import io.dflockd.service.SettingException;
import io.dflockd.service.access.AccessChanges;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.access.Identities;
import io.dflockd.service.stats.ServerCounters;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the file of identities read again: soon after it has changed, and when somebody wants it. One that cannot be used leaves
 * the former in force, and is logged once, not at every look. Thread-safe.
 */
final class Reloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);
    /** By content, not by time: where links are swapped, as Kubernetes does, the time of the file says nothing. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    private final Identities identities;
    private final AuditLog audit;
    private final ServerCounters counters;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dflockd-reload").factory());
    private String lastFault = "";

    private Reloader(Identities identities, AuditLog audit, ServerCounters counters) {
        this.counters = counters;
        this.identities = identities;
        this.audit = audit;
    }

    /** Looks from time to time, where there is such a file. */
    static Reloader start(Identities identities, AuditLog audit, ServerCounters counters) {
        var reloader = new Reloader(identities, audit, counters);
        if (identities.areNamed()) {
            long ms = BETWEEN_LOOKS.toMillis();
            var unusedUntilClosed = reloader.looks.scheduleWithFixedDelay(
                    reloader::look, ms, ms, TimeUnit.MILLISECONDS);
        }
        return reloader;
    }

    /** Throws {@link SettingException}, which is logged as well, where the file cannot be used. */
    synchronized AccessChanges reload() {
        try {
            var changes = identities.reload();
            lastFault = "";
            if (!changes.isEmpty()) {
                counters.reloaded(ServerCounters.Reloaded.IDENTITIES, true);
                LOG.atInfo()
                        .setMessage("identities read again")
                        .addKeyValue("added", changes.added())
                        .addKeyValue("removed", changes.removed())
                        .addKeyValue("changed", changes.changed())
                        .log();
                audit.record("access.reloaded", fields(changes));
            }
            return changes;
        } catch (SettingException e) {
            logOnce(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private static Map<String, Object> fields(AccessChanges changes) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("added", String.join(",", changes.added()));
        fields.put("removed", String.join(",", changes.removed()));
        fields.put("changed", String.join(",", changes.changed()));
        fields.put("outcome", "done");
        return fields;
    }

    /** As the other, for those whom nothing need be answered. */
    void look() {
        try {
            var unusedChanges = reload();
        } catch (SettingException e) {
            LOG.atTrace().setMessage("still at fault").addKeyValue("reason", e.getMessage()).log();
        } catch (RuntimeException | Error e) {
            // The next look must come whatever became of this one.
            LOG.atError().setMessage("reading the identities again failed, this is a bug").setCause(e).log();
        }
    }

    /** At the next fault all is logged anew. */
    synchronized void forgetFault() {
        lastFault = "";
    }

    private void logOnce(String fault) {
        if (!fault.equals(lastFault)) {
            lastFault = fault;
            counters.reloaded(ServerCounters.Reloaded.IDENTITIES, false);
            LOG.atError()
                    .setMessage("changed identities cannot be used, the former ones stay in force")
                    .addKeyValue("reason", fault)
                    .log();
            audit.record("access.reloaded", Map.of("reason", fault, "outcome", "failed"));
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
