package io.dflockd.replication;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A copy of a snapshot from which a node begins that has nothing else. Its log goes on behind the last entry of the
 * snapshot, in later terms, as if all before had been let go.
 */
final class Restore {
    /** Where Ratis keeps the term. */
    private static final String META = "raft-meta";
    private static final String REMEDY = "give a whole copy of a file snapshot.TERM_INDEX out of a folder of --data-dir";

    private final Path file;
    private final SnapshotFile.Content content;

    private Restore(Path file, SnapshotFile.Content content) {
        this.file = file;
        this.content = content;
    }

    /** Reads all of the file, and sees whether it is whole and one that this program can go on from. */
    static Restore of(Path file) throws IOException {
        try {
            var content = SnapshotFile.verifyContent(file);
            if (content.head().rules() > LogMachine.RULES) {
                throw new DataFolderException(file, "is decided by rules " + content.head().rules()
                        + ", this program knows rules up to " + LogMachine.RULES, "start the version that wrote it");
            }
            return new Restore(file, content);
        } catch (BrokenSnapshotException e) {
            throw new DataFolderException(file, "is no whole snapshot: it " + e.getMessage(), REMEDY, e);
        } catch (DataFolderException e) {
            throw e;
        } catch (IOException e) {
            throw new DataFolderException(file, "cannot be read (" + DataFolder.reason(e) + ")", REMEDY, e);
        }
    }

    /** Another cluster than that which begins with nothing, and the same for all that begin with the same copy. */
    UUID clusterOf(UUID others) {
        return UUID.nameUUIDFromBytes((others + " " + content.head() + " " + content.checksum())
                .getBytes(StandardCharsets.UTF_8));
    }

    /** Refuses a folder that has been used, whose content would be lost. */
    void requireUnused(DataFolder folder, Path path) throws DataFolderException {
        if (folder.isUsed()) {
            throw new DataFolderException(path, "has data already, which is not replaced",
                    "leave --restore out, or give an empty folder");
        }
    }

    /** Puts a copy where the node will look for its snapshots. Does nothing where that was done before. */
    void into(DataFolder folder, Identity identity) throws IOException {
        var snapshots = folder.snapshots(identity);
        var target = snapshots.resolve(SnapshotFile.name(content.head()));
        if (Files.exists(target)) {
            return;
        }
        try {
            copy(folder.segments(identity), snapshots, target);
        } catch (IOException e) {
            throw new DataFolderException(target, "cannot be written (" + DataFolder.reason(e) + ")",
                    "make room, or mend what is wrong there, and start with --restore again", e);
        }
        try {
            SnapshotFile.verify(target);
        } catch (BrokenSnapshotException e) {
            throw new DataFolderException(file, "was changed while it was copied: it " + e.getMessage(), REMEDY, e);
        }
    }

    private void copy(Path segments, Path snapshots, Path target) throws IOException {
        Files.createDirectories(segments);
        Files.createDirectories(snapshots);
        try (var meta = new DurableFile(segments.resolve(META))) {
            meta.out().write(("term=" + content.head().term() + "\nvotedFor=\n").getBytes(StandardCharsets.US_ASCII));
            meta.commit();
        }
        try (var copy = new DurableFile(target)) {
            Files.copy(file, copy.out());
            copy.commit();
        }
    }
}
