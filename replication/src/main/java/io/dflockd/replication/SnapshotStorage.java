package io.dflockd.replication;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The finished snapshots of a node, where Ratis looks for them. Only such as verified are known here: the storage that comes
 * with Ratis also picks up, and sends, one that is still being written. Two are kept; Ratis clears nothing away.
 */
final class SnapshotStorage implements StateMachineStorage {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotStorage.class);
    private static final int KEPT = 2;
    private static final String BAD = ".bad";
    /** What Ratis puts beside a file that came from the leader. */
    static final String DIGEST = ".md5";

    /** A finished snapshot. */
    record Stored(Path path, SnapshotHead head) {}

    private static final Comparator<Stored> NEWEST_FIRST = Comparator
            .<Stored>comparingLong(stored -> stored.head.index())
            .reversed();

    private final Sending sending = new Sending(System.nanoTime(), LogRoom.OF_THIS_PROCESS.chunks());
    private @Nullable Path folder;
    private volatile @Nullable Reception reception;
    /** Came from the leader, and is on the disk, but not what this node is at yet. */
    private volatile @Nullable Stored received;
    /** The newest first; replaced whole, so that others may read while one writes. */
    private volatile List<Stored> snapshots = List.of();

    @Override
    public void init(RaftStorage storage) throws IOException {
        var here = new Reception(storage.getStorageDir().getTmpDir().toPath());
        here.clear();
        open(storage.getStorageDir().getStateMachineDir().toPath(), here);
    }

    /** Where snapshots of a leader are received too. */
    void open(Path newFolder, Reception newReception) throws IOException {
        open(newFolder);
        reception = newReception;
    }

    /** Looks through the folder anew: verifies what is there, puts aside what is bad, forgets what was never finished. */
    synchronized void open(Path newFolder) throws IOException {
        folder = newFolder;
        var found = new ArrayList<Stored>();
        for (var file : Reception.files(newFolder)) {
            var name = file.getFileName().toString();
            if (name.endsWith(DurableFile.UNFINISHED) || name.endsWith(DIGEST)) {
                Files.delete(file);
            } else if (SnapshotFile.NAME.matcher(name).matches()) {
                verified(file).ifPresent(found::add);
            }
        }
        found.sort(NEWEST_FIRST);
        snapshots = List.copyOf(found);
    }

    /** Up to where the newest whole snapshot in a folder goes; -1 where there is none. The folder need not be there. */
    static long latestIndex(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return -1;
        }
        var storage = new SnapshotStorage();
        storage.open(folder);
        return storage.latest().map(stored -> stored.head().index()).orElse(-1L);
    }

    /** Looks through the same folder anew. */
    synchronized void reopen() throws IOException {
        open(opened());
    }

    /**
     * Takes over what Ratis has received as a whole, beside those that are there. When this returns it will outlive a power
     * cut, so that the log may go. It is the newest one from {@link #takeReceived} on. One thread at a time.
     *
     * @throws IOException where it is not whole after all, or cannot be kept; then all is as before
     */
    Stored receive() throws IOException {
        var from = reception;
        @Nullable Path file = from == null ? null : from.whole().orElse(null);
        if (from == null || file == null) {
            throw new IOException("none came as a whole");
        }
        try {
            var head = SnapshotFile.verify(file);
            var kept = opened().resolve(file.getFileName());
            from.clearBut(file);
            DurableFile.move(file, kept);
            var stored = new Stored(kept, head);
            received = stored;
            return stored;
        } catch (BrokenSnapshotException e) {
            throw new IOException("it " + e.getMessage(), e);
        }
    }

    /** Lets go what was sent of snapshots that were broken off, but for the latest, which may go on. */
    void makeRoom() {
        var from = reception;
        try {
            if (from != null) {
                from.clearBrokenOff();
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.atDebug().setMessage("another attempt has begun meanwhile, or ended").setCause(e).log();
        }
    }

    synchronized void takeReceived() throws IOException {
        var came = received;
        if (came != null) {
            keep(came);
            received = null;
        }
    }

    /** Writes one, and lets go all but the newest two. A newer one may have come from the leader meanwhile. */
    synchronized Stored add(SnapshotHead head, SnapshotFile.Body body) throws IOException {
        var stored = new Stored(SnapshotFile.write(opened(), head, body), head);
        keep(stored);
        return stored;
    }

    private void keep(Stored stored) throws IOException {
        var all = new ArrayList<Stored>();
        all.add(stored);
        snapshots.stream().filter(other -> other.head.index() != stored.head.index()).forEach(all::add);
        all.sort(NEWEST_FIRST);
        while (all.size() > KEPT) {
            Files.deleteIfExists(all.removeLast().path);
        }
        snapshots = List.copyOf(all);
    }

    /** The newest. */
    Optional<Stored> latest() {
        return snapshots.stream().findFirst();
    }

    /** The older one of the two: the log behind it must stay, as the newer one may turn out to be bad. */
    Optional<Stored> oldest() {
        var present = snapshots;
        return present.size() < KEPT ? Optional.empty() : Optional.of(present.getLast());
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return latest().map(stored -> new SentSnapshot(stored, sending)).orElse(null);
    }

    /** Up to where a follower has the log that is being sent a snapshot, as it seems; {@link Long#MAX_VALUE} where none is. */
    long beingSent(long nanoTime) {
        return sending.index(nanoTime);
    }

    /**
     * The folder that Ratis moves away when it puts one in its place that came from the leader: what was in that is kept by
     * then. At any other time Ratis asks this to find how what it sends is called, which is as it lies in the usual place.
     */
    @Override
    public @Nullable File getSnapshotDir() {
        var from = reception;
        return from == null || received == null ? null : from.leftOver();
    }

    @Override
    public void format() {}

    @Override
    public void cleanupOldSnapshots(SnapshotRetentionPolicy ignoredAsTwoAreKept) {}

    private Path opened() {
        if (folder == null) {
            throw new IllegalStateException("the folder of the snapshots is not known yet");
        }
        return folder;
    }

    private static Optional<Stored> verified(Path file) throws IOException {
        try {
            return Optional.of(new Stored(file, SnapshotFile.verify(file)));
        } catch (BrokenSnapshotException e) {
            var bad = file.resolveSibling(file.getFileName() + BAD);
            LOG.error("{}: {}; it is not used, and is called {} from now on", file, e.getMessage(), bad.getFileName());
            Files.move(file, bad, StandardCopyOption.REPLACE_EXISTING);
            DurableFile.forceFolder(bad);
            return Optional.empty();
        }
    }
}
