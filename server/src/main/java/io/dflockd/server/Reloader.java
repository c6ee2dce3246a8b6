package io.dflockd.server;

import io.dflockd.service.SettingException;
import io.dflockd.service.access.AccessChanges;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.access.Identities;
import io.dflockd.service.admin.Reloads;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.transport.TlsFiles;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the file of identities read again: soon after it has changed, and when somebody wants it, with the certificates then. One
 * that cannot be used leaves the former in force, and is logged once, not at every look. Thread-safe.
 */
final class Reloader implements Reloads, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);
    /** By content, not by time: where links are swapped, as Kubernetes does, the time of the file says nothing. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    private final Identities identities;
    private final List<TlsFiles> certificates;
    private final Audit auditFile;
    private final AuditLog audit;
    private final ServerCounters counters;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dflockd-reload").factory());
    private String lastFault = "";

    Reloader(Identities identities, List<TlsFiles> certificates, Audit audit, ServerCounters counters) {
        this.identities = identities;
        this.certificates = certificates;
        this.counters = counters;
        this.auditFile = audit;
        this.audit = audit.log();
    }

    /** Looks from time to time, where there is such a file. */
    void start() {
        if (identities.areNamed()) {
            long ms = BETWEEN_LOOKS.toMillis();
            var unusedUntilClosed = looks.scheduleWithFixedDelay(this::look, ms, ms, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public Reload reload() {
        var all = reloadAll();
        return new Reload(
                all.identities().added(), all.identities().removed(), all.identities().changed(), all.certificates());
    }

    /** What {@link #reload} says, in the words of those whom it is about. */
    record All(AccessChanges identities, boolean certificates) {}

    /** The same. */
    synchronized All reloadAll() {
        auditFile.reopen();
        lastFault = ""; // whoever asks is told again what is wrong
        // What can be refused comes first, so that all stays or all changes.
        var prepared = prepareCertificates();
        var changes = reloadIdentities();
        prepared.forEach(Runnable::run);
        if (!prepared.isEmpty()) {
            audit.record("access.reloaded", Map.of("certificates", prepared.size(), "outcome", "done"));
        }
        var all = new All(changes, !prepared.isEmpty());
        LOG.atInfo()
                .setMessage("asked to read files again")
                .addKeyValue("changed", !changes.isEmpty() || all.certificates())
                .log();
        return all;
    }

    private List<Runnable> prepareCertificates() {
        try {
            return certificates.stream().flatMap(files -> files.prepare().stream()).toList();
        } catch (SettingException e) {
            logOnce(ServerCounters.Reloaded.CERTIFICATE, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** Throws {@link SettingException}, which is logged as well, where the file cannot be used. */
    private synchronized AccessChanges reloadIdentities() {
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
            logOnce(ServerCounters.Reloaded.IDENTITIES, String.valueOf(e.getMessage()));
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
            var unusedChanges = reloadIdentities();
        } catch (SettingException e) {
            LOG.atTrace().setMessage("still at fault").addKeyValue("reason", e.getMessage()).log();
        } catch (RuntimeException | Error e) {
            // The next look must come whatever became of this one.
            LOG.atError().setMessage("reading the identities again failed, this is a bug").setCause(e).log();
        }
    }

    private void logOnce(ServerCounters.Reloaded what, String fault) {
        if (!fault.equals(lastFault)) {
            lastFault = fault;
            counters.reloaded(what, false);
            LOG.atError()
                    .setMessage("changed files cannot be used, the former ones stay in force")
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
