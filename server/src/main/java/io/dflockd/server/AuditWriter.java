package io.dflockd.server;

import io.dflockd.service.access.AuditLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps records in a file, written by a thread of its own, so that nobody waits for the disk. A record that cannot be written,
 * or for which there is no room, is lost: that is counted and logged, and {@link #isFailing} says so until the next is written.
 * Thread-safe.
 */
final class AuditWriter implements AuditLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);
    private static final int MOST_WAITING = 8192;
    private static final int MOST_AT_ONCE = 256;
    private static final Duration LAST_RECORDS = Duration.ofSeconds(2);

    private final AuditFile file;
    private final boolean isStrict;
    private final Supplier<Instant> clock;
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong failures = new AtomicLong();
    private final Thread writer = new Thread(this::write, "dflockd-audit");
    private long number;
    private volatile boolean failing;
    private volatile boolean reopening;
    private volatile boolean closed;

    private AuditWriter(AuditFile file, boolean isStrict, Supplier<Instant> clock) {
        this.file = file;
        this.isStrict = isStrict;
        this.clock = clock;
        writer.setDaemon(true);
    }

    /** Throws {@link IOException} where the file cannot be opened. */
    static AuditWriter open(AuditFile file, boolean isStrict, Supplier<Instant> clock) throws IOException {
        var unusedOpenNow = file.open();
        var audit = new AuditWriter(file, isStrict, clock);
        audit.writer.start();
        return audit;
    }

    @Override
    public void record(String event, Map<String, ?> fields) {
        // In the order of their numbers.
        synchronized (this) {
            var line = AuditLine.of(clock.get(), ++number, event, fields);
            if (!closed && waiting.offer(line)) {
                return;
            }
        }
        lost(1, "more than " + MOST_WAITING + " wait to be written");
    }

    @Override
    public boolean isFailing() {
        return failing;
    }

    @Override
    public boolean mayAct() {
        return !(isStrict && failing);
    }

    @Override
    public long failures() {
        return failures.get();
    }

    /** Opens the file anew before the next record. */
    void reopen() {
        reopening = true;
    }

    private void write() {
        var batch = new ArrayList<String>();
        try {
            while (!closed || !waiting.isEmpty()) {
                batch.add(waiting.take());
                waiting.drainTo(batch, MOST_AT_ONCE);
                batch.removeIf(String::isEmpty);
                writeAll(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            file.close();
        }
    }

    private void writeAll(List<String> batch) {
        if (batch.isEmpty()) {
            return;
        }
        if (reopening) {
            reopening = false;
            file.close();
        }
        try {
            file.write(String.join("\n", batch) + "\n");
            if (failing) {
                failing = false;
                LOG.atInfo().setMessage("audit records are written again").addKeyValue("lost", failures()).log();
            }
        } catch (IOException e) {
            lost(batch.size(), String.valueOf(e));
        }
    }

    private void lost(int count, String reason) {
        failures.addAndGet(count);
        if (!failing) {
            failing = true;
            LOG.atError().setMessage("audit records are lost").addKeyValue("reason", reason).log();
        }
    }

    /** Writes what waits; waits some seconds at most for the disk. */
    @Override
    public void close() {
        closed = true;
        // Wakes the writer; where there is no room for it, the writer is awake.
        boolean unusedWoken = waiting.offer("");
        try {
            writer.join(LAST_RECORDS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
