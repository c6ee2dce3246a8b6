package io.dflockd.replication;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that has its name only when all of it is on the disk. Until {@link #commit} it stands beside, under a name that
 * ends in {@link #UNFINISHED}; after a crash either the former file or the new one is there, whole. Only its owner can
 * read it.
 */
final class DurableFile implements AutoCloseable {
    static final String UNFINISHED = ".tmp";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path target;
    private final Path beside;
    private final FileChannel channel;
    private final OutputStream out;
    private boolean committed;

    /** Begins it anew, also where an attempt was left lying. */
    DurableFile(Path target) throws IOException {
        this.target = target;
        beside = target.resolveSibling(target.getFileName() + UNFINISHED);
        Files.deleteIfExists(beside);
        channel = FileChannel.open(
                beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly(target));
        out = Channels.newOutputStream(channel);
    }

    /** Where its content goes, unbuffered. */
    OutputStream out() {
        return out;
    }

    /** Gives it its name, in place of any that has it. */
    void commit() throws IOException {
        channel.force(true);
        channel.close();
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        committed = true;
        forceFolder(target);
    }

    /** Moves a file that another wrote; when this returns it will outlive a power cut. In place of any that has the name. */
    static void move(Path from, Path to) throws IOException {
        try (var file = FileChannel.open(from, StandardOpenOption.WRITE)) {
            file.force(true);
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder(to);
    }

    /** Forgets it unless it was committed. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (!committed) {
            Files.deleteIfExists(beside);
        }
    }

    /** Has the disk know the names in the folder of this file. */
    static void forceFolder(Path file) throws IOException {
        var folder = file.toAbsolutePath().getParent();
        if (folder != null && hasPermissions(folder)) {
            try (var names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    /** The attributes of a file that only its owner may read, where the file system has such. */
    static FileAttribute<?>[] ownerOnly(Path file) {
        return hasPermissions(file)
                ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    /** Whether the file system knows who may do what. */
    static boolean hasPermissions(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
