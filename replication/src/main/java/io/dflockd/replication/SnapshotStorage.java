package io.dflockd.replication;

import java.io.IOException;
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
    private static final String DIGEST = ".md5";

    /** A finished snapshot. */
    record Stored(Path path, SnapshotHead head) {}

    private static final Comparator<Stored> NEWEST_FIRST = Comparator
            .<Stored>comparingLong(stored -> stored.head.index())
            .reversed();

    private final Sending sending = new Sending(System.nanoTime());
    private @Nullable Path folder;
    /** The newest first; replaced whole, so that others may read while one writes. */
    private volatile List<Stored> snapshots = List.of();

    @Override
    public void init(RaftStorage storage) throws IOException {
        open(storage.getStorageDir().getStateMachineDir().toPath());
    }

    /** Looks through the folder anew: verifies what is there, puts aside what is bad, forgets what was never finished. */
    synchronized void open(Path newFolder) throws IOException {
        folder = newFolder;
        var found = new ArrayList<Stored>();
        for (var file : files(newFolder)) {
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

    /** Looks through the same folder anew, as what is in it came from the leader. */
    synchronized void reopen() throws IOException {
        open(opened());
    }

    /** Writes one, and lets go all but the newest two. A newer one may have come from the leader meanwhile. */
    synchronized Stored add(SnapshotHead head, SnapshotFile.Body body) throws IOException {
        var stored = new Stored(SnapshotFile.write(opened(), head, body), head);
        var all = new ArrayList<Stored>();
        all.add(stored);
        snapshots.stream().filter(other -> other.head.index() != head.index()).forEach(all::add);
        all.sort(NEWEST_FIRST);
        while (all.size() > KEPT) {
            Files.deleteIfExists(all.removeLast().path);
        }
        snapshots = List.copyOf(all);
        return stored;
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

    private static List<Path> files(Path folder) throws IOException {
        var files = new ArrayList<Path>();
        if (Files.isDirectory(folder)) {
            try (var all = Files.newDirectoryStream(folder)) {
                all.forEach(files::add);
            }
        }
        return files;
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
