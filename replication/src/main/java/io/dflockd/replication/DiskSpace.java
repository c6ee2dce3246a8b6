package io.dflockd.replication;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second how much room there is left for the log, so that it is made, and what would need more refused, before
 * the disk is full: a log that could not be written once fails until its process ends.
 */
final class DiskSpace implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskSpace.class);
    private static final long LEAST_BYTES = 256L << 20;
    private static final int ROOM_TO_SNAPSHOT = 3;
    /** Room is enough again only where it is so much of what is needed, in eighths. */
    private static final int ENOUGH_EIGHTHS = 9;
    private static final int EIGHTHS = 8;
    private static final int LOOKS_BETWEEN_WARNINGS = 60;

    private final Path folder;
    private final Room room;
    private final LongSupplier least;
    private final Runnable makeRoom;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dflockd-disk").factory());
    private int looksWhileShort;
    private volatile long free = Long.MAX_VALUE;
    private volatile boolean isShort;

    /** How much room there is. */
    interface Room {
        long bytes() throws IOException;
    }

    /**
     * Looks at nothing yet.
     *
     * @param least how many bytes there must be
     * @param makeRoom is run when there are fewer, and once a minute while there are
     */
    DiskSpace(Path folder, Room room, LongSupplier least, Runnable makeRoom) {
        this.folder = folder;
        this.room = room;
        this.least = least;
        this.makeRoom = makeRoom;
    }

    /** The room that a folder has. */
    static Room of(Path folder) {
        return () -> Files.getFileStore(folder).getUsableSpace();
    }

    /** How much there must be beside a snapshot of so many bytes, where nobody says otherwise. */
    static long usual(long snapshotBytes) {
        return Math.max(LEAST_BYTES, ROOM_TO_SNAPSHOT * snapshotBytes);
    }

    /** Looks from now on, at once for the first time. */
    void start() {
        look();
        var unusedAsItEndsWithClose = looks.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    /** Whether there is too little. */
    boolean isShort() {
        return isShort;
    }

    /** How much there was when last looked; {@link Long#MAX_VALUE} before. */
    long free() {
        return free;
    }

    void look() {
        try {
            judge(room.bytes(), least.getAsLong());
        } catch (IOException | RuntimeException e) {
            LOG.atDebug().setMessage("how much room there is cannot be told").setCause(e).log();
        }
    }

    private void judge(long bytes, long needed) {
        free = bytes;
        if (isShort && bytes / ENOUGH_EIGHTHS >= needed / EIGHTHS) {
            isShort = false;
            looksWhileShort = 0;
            LOG.atInfo()
                    .setMessage("there is room again, nothing is refused for that any more")
                    .addKeyValue("folder", folder)
                    .addKeyValue("free", bytes)
                    .log();
        } else if (isShort || bytes < needed) {
            isShort = true;
            if (looksWhileShort++ % LOOKS_BETWEEN_WARNINGS == 0) {
                warn(bytes, needed);
                makeRoom.run();
            }
        }
    }

    private void warn(long bytes, long needed) {
        LOG.atWarn()
                .setMessage(
                        "there is little room, what would need more is refused; make some, or lower --min-free-disk")
                .addKeyValue("folder", folder)
                .addKeyValue("free", bytes)
                .addKeyValue("needed", needed)
                .log();
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
