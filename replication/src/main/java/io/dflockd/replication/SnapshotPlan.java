package io.dflockd.replication;

import io.dflockd.engine.order.Applier;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when a snapshot is due: when the log behind the last one is long, and longer than twice that one, or has so many
 * batches that they take much memory. Then the log is let go up to the one before. A small state is copied and written as it
 * is, a large one by a {@link ShadowEngine}, since nothing could be applied while it is copied.
 */
final class SnapshotPlan implements AutoCloseable {
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
    private final LogCache cache;
    private final LogRoom room;
    /** What was applied since the last snapshot; belongs to the thread that applies. */
    private long logBytes;
    private long logBatches;
    private volatile long snapshotBytes = UNKNOWN;
    /** The one that is being written, or was written last. */
    private final AtomicReference<Writing> writing = new AtomicReference<>(Writing.NONE);
    private volatile boolean wanted;
    private volatile boolean closed;
    private volatile @Nullable Thread beside;

    /**
     * A snapshot that is being written.
     *
     * @param asked whether somebody waits for it, who is told if it cannot be written
     */
    private record Writing(boolean asked, CompletableFuture<Void> end) {
        static final Writing NONE = new Writing(false, CompletableFuture.completedFuture(null));
    }

    /**
     * Begins with nothing applied.
     *
     * @param kept what of the log stays though there are two snapshots of it
     * @param room how many batches there are behind a snapshot, however short, until the next is due, and which state is small
     */
    SnapshotPlan(
            LogMachine machine, Applier applier, Executor events, Consumer<Throwable> failed, KeptLog kept,
            LogRoom room) {
        this.machine = machine;
        this.applier = applier;
        this.events = events;
        this.failed = failed;
        this.kept = kept;
        this.cache = new LogCache(machine, events, room);
        this.room = room;
    }

    /** A batch of so many bytes was applied. */
    void applied(int bytes) {
        logBytes += bytes;
        logBatches++;
        cache.applied(bytes);
        if (isDue() && !closed) {
            @Nullable Writing begun = begin(false);
            if (begun != null) {
                logBytes = 0;
                logBatches = 0;
                wanted = false;
                start(begun, applier.engine().bytes());
            }
        }
    }

    /** Null where one is being written. */
    private @Nullable Writing begin(boolean asked) {
        var former = writing.get();
        var next = new Writing(asked, new CompletableFuture<>());
        return former.end().isDone() && writing.compareAndSet(former, next) ? next : null;
    }

    /**
     * Writes one that has all that is applied by now, unless the newest one has it. Blocks until it is written.
     *
     * @throws IOException where it cannot be written, or not within that time
     */
    SnapshotStorage.Stored writeNow(Duration longest) throws IOException {
        long index = machine.position().head().index();
        long endsAt = System.nanoTime() + longest.toNanos();
        while (!closed) {
            SnapshotStorage.@Nullable Stored latest = machine.snapshots().latest().orElse(null);
            if (latest != null && latest.head().index() >= index) {
                return latest;
            }
            @Nullable Writing mine = begin(true);
            if (mine != null) {
                start(mine, machine.stateBytes());
            }
            await(mine == null ? writing.get() : mine, endsAt - System.nanoTime());
        }
        throw new IOException("the server stops");
    }

    private static void await(Writing written, long nanos) throws IOException {
        try {
            written.end().get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("a snapshot takes longer than it may", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a snapshot was written", e);
        }
    }

    private boolean isDue() {
        return wanted || logBatches > room.batches()
                || (logBytes > LEAST_LOG_BYTES && logBytes > LOG_TO_SNAPSHOT * snapshotBytes());
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
    private void start(Writing begun, long stateBytes) {
        if (stateBytes <= room.copiedBytes()) {
            events.execute(() -> write(begun, "in place", machine::writeSnapshot));
        } else {
            beside = Thread.ofPlatform()
                    .daemon()
                    .name("dflockd-snapshot")
                    .priority(Thread.MIN_PRIORITY)
                    .start(() -> write(begun, "beside", this::writeBeside));
        }
    }

    private SnapshotStorage.@Nullable Stored writeBeside() throws IOException {
        var shadow = machine.shadow();
        var to = machine.position();
        if (!shadow.follow(cache::read, to, () -> closed)) {
            return null;
        }
        return machine.snapshots().add(to.head(), shadow.engine()::writeSnapshot);
    }

    private void write(Writing begun, String how, Writer writer) {
        long before = machine.replacements();
        try {
            if (closed) {
                return;
            }
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
            // What came from the leader has let the log go that was read, and the state that was to be come to.
            if (!closed && !machine.wasReplacedSince(before)) {
                var failure = new IOException("a snapshot cannot be written: " + e.getMessage(), e);
                begun.end().completeExceptionally(failure);
                if (!begun.asked()) {
                    failed.accept(failure);
                }
            }
        } finally {
            begun.end().complete(null);
        }
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
