package io.dflockd.replication;

import io.dflockd.engine.order.Applier;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when a snapshot is due: when the log behind the last one is long, and longer than twice that one. Then the log is let
 * go up to the one before.
 */
final class SnapshotPlan {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotPlan.class);
    private static final long LEAST_LOG_BYTES = 64L << 20;
    private static final int LOG_TO_SNAPSHOT = 2;

    private final LogMachine machine;
    private final Applier applier;
    private final Executor events;
    private final Consumer<Throwable> failed;
    /** What was applied since the last snapshot; belongs to the thread that applies. */
    private long logBytes;
    private volatile long snapshotBytes;
    private volatile boolean writing;
    private volatile boolean closed;

    SnapshotPlan(LogMachine machine, Applier applier, Executor events, Consumer<Throwable> failed) {
        this.machine = machine;
        this.applier = applier;
        this.events = events;
        this.failed = failed;
    }

    /** A batch of so many bytes was applied. */
    void applied(int bytes) {
        logBytes += bytes;
        if (logBytes > Math.max(LEAST_LOG_BYTES, LOG_TO_SNAPSHOT * snapshotBytes) && !writing && !closed) {
            logBytes = 0;
            writing = true;
            events.execute(this::write);
        }
    }

    private void write() {
        try {
            if (!closed) {
                long from = System.nanoTime();
                var stored = machine.writeSnapshot();
                snapshotBytes = Files.size(stored.path());
                machine.purge();
                LOG.atInfo()
                        .setMessage("wrote a snapshot")
                        .addKeyValue("index", stored.head().index())
                        .addKeyValue("bytes", snapshotBytes)
                        .addKeyValue("state_bytes", applier.engine().bytes())
                        .addKeyValue("ms", (System.nanoTime() - from) / 1_000_000)
                        .log();
            }
        } catch (IOException | RuntimeException e) {
            failed.accept(new IOException("a snapshot cannot be written: " + e.getMessage(), e));
        } finally {
            writing = false;
        }
    }

    void close() {
        closed = true;
    }
}
