package io.dflockd.replication;

import io.dflockd.engine.order.Applier;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when a snapshot is due: when the log behind the last one is long, and longer than twice that one. Then the log is let
 * go up to the one before. A small state is copied and written as it is, a large one by a {@link ShadowEngine}, since nothing
 * could be applied while it is copied.
 */
final class SnapshotPlan implements AutoCloseable {
    /** What a state takes at most that is copied: some milliseconds. */
    static final long SMALL_BYTES = 16L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotPlan.class);
    private static final long LEAST_LOG_BYTES = 64L << 20;
    private static final int LOG_TO_SNAPSHOT = 2;
    private static final long UNKNOWN = -1;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    /** A way to write one; null where it was to stop before. */
    private interface Writer {
        SnapshotStorage.@Nullable Stored write() throws IOException;
    }

    private final LogMachine machine;
    private final Applier applier;
    private final Executor events;
    private final Consumer<Throwable> failed;
    private final KeptLog kept;
    /** What was applied since the last snapshot; belongs to the thread that applies. */
    private long logBytes;
    private volatile long snapshotBytes = UNKNOWN;
    private volatile boolean writing;
    private volatile boolean wanted;
    private volatile boolean closed;
    private volatile @Nullable Thread beside;

    /** {@code kept}: what of the log stays though there are two snapshots of it. */
    SnapshotPlan(
            LogMachine machine, Applier applier, Executor events, Consumer<Throwable> failed, KeptLog kept) {
        this.machine = machine;
        this.applier = applier;
        this.events = events;
        this.failed = failed;
        this.kept = kept;
    }

    /** A batch of so many bytes was applied. */
    void applied(int bytes) {
        logBytes += bytes;
        if (isDue() && !writing && !closed) {
            logBytes = 0;
            wanted = false;
            writing = true;
            start(applier.engine().bytes());
        }
    }

    private boolean isDue() {
        return wanted || (logBytes > LEAST_LOG_BYTES && logBytes > LOG_TO_SNAPSHOT * snapshotBytes());
    }

    /** One is due now, as the log takes too much room: it begins behind the next batch. */
    void want() {
        wanted = true;
    }

    /** How long the newest one is; 0 where there is none. */
    long snapshotBytes() {
        if (snapshotBytes == UNKNOWN) {
            snapshotBytes = machine.snapshots().latest().map(stored -> stored.path().toFile().length()).orElse(0L);
        }
        return snapshotBytes;
    }

    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it; where it counts, requests go first
    private void start(long stateBytes) {
        if (stateBytes <= SMALL_BYTES) {
            events.execute(() -> write("in place", machine::writeSnapshot));
        } else {
            beside = Thread.ofPlatform()
                    .daemon()
                    .name("dflockd-snapshot")
                    .priority(Thread.MIN_PRIORITY)
                    .start(() -> write("beside", this::writeBeside));
        }
    }

    private SnapshotStorage.@Nullable Stored writeBeside() throws IOException {
        var shadow = machine.shadow();
        var to = machine.position();
        if (!shadow.follow(machine.log(), to, () -> closed)) {
            return null;
        }
        return machine.snapshots().add(to.head(), shadow.engine()::writeSnapshot);
    }

    private void write(String how, Writer writer) {
        if (closed) {
            return;
        }
        long before = newest();
        try {
            long from = System.nanoTime();
            var stored = writer.write();
            if (stored == null) {
                return;
            }
            snapshotBytes = Files.size(stored.path());
            machine.purge(kept);
            LOG.atInfo()
                    .setMessage("wrote a snapshot")
                    .addKeyValue("index", stored.head().index())
                    .addKeyValue("bytes", snapshotBytes)
                    .addKeyValue("how", how)
                    .addKeyValue("ms", (System.nanoTime() - from) / 1_000_000)
                    .log();
        } catch (IOException | RuntimeException e) {
            if (!closed && newest() == before) {
                failed.accept(new IOException("a snapshot cannot be written: " + e.getMessage(), e));
            }
        } finally {
            writing = false;
        }
    }

    /** Where it is another one than before, it came from the leader, and the log that was read is gone. */
    private long newest() {
        return machine.snapshots().latest().map(stored -> stored.head().index()).orElse(UNKNOWN);
    }

    /** What is being written is not finished, unless it is soon. */
    @Override
    public void close() {
        closed = true;
        var running = beside;
        if (running != null) {
            try {
                running.join(LONGEST_CLOSE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
