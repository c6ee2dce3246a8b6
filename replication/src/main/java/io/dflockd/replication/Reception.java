package io.dflockd.replication;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where Ratis gathers what a leader sends of a snapshot: a folder for each attempt. Left alone it puts such a folder in the
 * place of all snapshots, in two steps and with nothing forced to the disk, and lets the log go. So the file is taken out of
 * it as soon as it is whole, and what Ratis moves about then is {@link #leftOver} and of no account.
 */
final class Reception {
    private static final String LEFT_OVER = "installed";
    /** What Ratis calls the folder of the snapshots while it puts another in its place. */
    private static final String MOVED_AWAY = ".tmp";

    private final Path folder;

    /** {@code folder} need not be there. */
    Reception(Path folder) {
        this.folder = folder;
    }

    /** What Ratis is to take for the folder of the snapshots when it puts another in its place. */
    File leftOver() {
        return folder.resolve(LEFT_OVER).toFile();
    }

    /** The file that has just come as a whole. */
    Optional<Path> whole() throws IOException {
        var whole = new ArrayList<Path>();
        for (var attempt : files(folder)) {
            files(attempt).stream().filter(Reception::isWhole).forEach(whole::add);
        }
        return whole.stream().max(Comparator.comparingLong(Reception::index));
    }

    /** The digest is written last, when it was compared. */
    private static boolean isWhole(Path file) {
        return index(file) >= 0 && Files.exists(file.resolveSibling(file.getFileName() + SnapshotStorage.DIGEST));
    }

    private static long index(Path file) {
        var name = SnapshotFile.NAME.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(2)) : -1;
    }

    /** Forgets all attempts but the one that this file is of, or this folder. Those that were broken off are continued by nobody. */
    void clearBut(Path file) throws IOException {
        for (var attempt : files(folder)) {
            if (!file.startsWith(attempt)) {
                delete(attempt);
            }
        }
    }

    /** Forgets all attempts but the latest, which may go on. */
    void clearBrokenOff() throws IOException {
        var attempts = new ArrayList<Attempt>();
        for (var attempt : files(folder)) {
            attempts.add(new Attempt(attempt, Files.getLastModifiedTime(attempt)));
        }
        if (!attempts.isEmpty()) {
            clearBut(Collections.max(attempts, Comparator.comparing(Attempt::changed)).folder);
        }
    }

    private record Attempt(Path folder, FileTime changed) {}

    /** Forgets all attempts of a run before. */
    void clear() throws IOException {
        for (var attempt : files(folder)) {
            delete(attempt);
        }
    }

    /**
     * Puts back a folder of snapshots that was moved away to be replaced when the process was killed; the log that belongs to
     * it is still there then. One in whose place there is another is forgotten. No other process must be on it.
     */
    static void recover(Path snapshots) throws IOException {
        var moved = movedAway(snapshots);
        if (!Files.exists(snapshots) && !moved.isEmpty()) {
            Files.move(Collections.max(moved), snapshots);
            DurableFile.forceFolder(snapshots);
        }
        for (var other : movedAway(snapshots)) {
            delete(other);
        }
    }

    private static void delete(Path attempt) throws IOException {
        try (var all = Files.walk(attempt)) {
            for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static List<Path> movedAway(Path snapshots) throws IOException {
        var beginning = snapshots.getFileName() + MOVED_AWAY;
        return files(snapshots.resolveSibling("")).stream()
                .filter(file -> file.getFileName().toString().startsWith(beginning))
                .toList();
    }

    /** What is in a folder; nothing where it is none. */
    static List<Path> files(Path folder) throws IOException {
        var files = new ArrayList<Path>();
        if (Files.isDirectory(folder)) {
            try (var all = Files.newDirectoryStream(folder)) {
                all.forEach(files::add);
            }
        }
        return files;
    }
}
