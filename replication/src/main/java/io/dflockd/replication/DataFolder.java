package io.dflockd.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder that has all that a node knows. As long as this is open no other process can open it. Log and snapshots hold
 * tokens, so it must be its owner's alone.
 */
final class DataFolder implements LogMachine.Mark, AutoCloseable {
    private static final String LOCK = "lock";
    private static final String LOG = "log";
    /** Is there once something was answered, so that there must be a log. */
    private static final String USED = "used";
    /** Up to where the log was let go for a snapshot of the leader; away as soon as there is a record behind that. */
    private static final String INSTALLED = "installed";
    private static final long NONE = -1;
    private static final int MAX_PROCESS_BYTES = 20;
    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("---rwxrwx");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    /** What may be in a folder that has no identity: a first start that did not get far, or the root of a file system. */
    private static final Set<String> OF_NO_ACCOUNT = Set.of(LOCK, Identity.FILE + DurableFile.UNFINISHED, "lost+found");

    private final Path path;
    private final FileChannel lock;
    private boolean knowsUsed;
    private long installed = NONE;

    private DataFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Opens it; makes it where there is none, but not the folder that it is in. */
    static DataFolder open(Path path) throws IOException {
        makeFolder(path);
        checkPermissions(path);
        var lock = lock(path.resolve(LOCK));
        var folder = new DataFolder(path, lock);
        try {
            folder.checkContent();
            makeFolder(folder.log());
            checkPermissions(folder.log());
            folder.installed = folder.readInstalled();
            return folder;
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** Where Ratis keeps its log. */
    Path log() {
        return path.resolve(LOG);
    }

    /** Where the files of that log are, for {@link LogCheck}; not there yet before the first start. */
    Path segments(Identity identity) {
        return log().resolve(identity.cluster().toString()).resolve("current");
    }

    /** Where the snapshots are; not there yet before the first start. */
    Path snapshots(Identity identity) {
        return log().resolve(identity.cluster().toString()).resolve("sm");
    }

    /** Whose data it has; empty where it is new. */
    Optional<Identity> identity() throws IOException {
        var file = path.resolve(Identity.FILE);
        return Files.exists(file) ? Optional.of(Identity.read(file)) : Optional.empty();
    }

    /** Makes a new folder this node's, or refuses one that is another's. */
    void claim(Identity claimed) throws IOException {
        var file = path.resolve(Identity.FILE);
        @Nullable Identity found = identity().orElse(null);
        if (found == null) {
            claimed.write(file);
        } else if (found.isMember() != claimed.isMember()) {
            throw found.isMember()
                    ? new DataFolderException(file, "is of node " + found.node() + " of a cluster, this node is alone",
                            "start it as the member that it was, or give an empty folder")
                    : new DataFolderException(file, "is of a node that is alone, this one is of a cluster",
                            "start it alone as it was, or give an empty folder");
        } else if (!found.cluster().equals(claimed.cluster())) {
            throw new DataFolderException(file,
                    "is of cluster " + found.cluster() + ", this node is of " + claimed.cluster(),
                    "give this node's own folder, or an empty one");
        } else if (!found.node().equals(claimed.node())) {
            throw new DataFolderException(file, "is of node " + found.node() + ", this node is " + claimed.node(),
                    "give this node's own folder, or the name that the folder has");
        }
    }

    /** Where Ratis keeps the members as of the latest of the log; not there yet before the first start. */
    Path members(Identity identity) {
        return segments(identity).resolve("raft-meta.conf");
    }

    /** Whether this node may have answered something, so that what it has written must be there. */
    boolean isUsed() {
        return Files.exists(path.resolve(USED));
    }

    @Override
    public synchronized void written(long index) throws IOException {
        use();
        if (installed != NONE && index > installed) {
            Files.deleteIfExists(path.resolve(INSTALLED));
            DurableFile.forceFolder(path.resolve(INSTALLED));
            installed = NONE;
        }
    }

    @Override
    public synchronized void installed(long index) throws IOException {
        try (var file = new DurableFile(path.resolve(INSTALLED))) {
            file.out().write(Long.toString(index).getBytes(StandardCharsets.US_ASCII));
            file.commit();
        }
        installed = index;
        use(); // the leader takes the snapshot for acknowledged
    }

    /** Whether a snapshot up to this record may be all that there is. */
    synchronized boolean hasInstalled(long snapshot) {
        return installed != NONE && installed == snapshot;
    }

    private long readInstalled() throws IOException {
        var file = path.resolve(INSTALLED);
        if (!Files.exists(file)) {
            return NONE;
        }
        var text = Files.readString(file, StandardCharsets.US_ASCII);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new DataFolderException(file, "has no number", "put the folder back from a copy", e);
        }
    }

    /** From now on something may be answered. */
    private void use() throws IOException {
        if (!knowsUsed && !isUsed()) {
            try (var file = new DurableFile(path.resolve(USED))) {
                file.commit();
            }
        }
        knowsUsed = true;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private void checkContent() throws IOException {
        if (identity().isPresent()) {
            return;
        }
        try (var files = Files.newDirectoryStream(path)) {
            for (var file : files) {
                boolean isEmptyLog = file.equals(log()) && isEmptyFolder(file);
                if (!OF_NO_ACCOUNT.contains(file.getFileName().toString()) && !isEmptyLog) {
                    throw new DataFolderException(file, "is in a folder that is not one of dflockd",
                            "give a folder of dflockd, or an empty one");
                }
            }
        }
    }

    private static boolean isEmptyFolder(Path file) throws IOException {
        if (!Files.isDirectory(file)) {
            return false;
        }
        try (var files = Files.newDirectoryStream(file)) {
            return !files.iterator().hasNext();
        }
    }

    private static void makeFolder(Path path) throws IOException {
        try {
            Files.createDirectory(path, DurableFile.hasPermissions(path)
                    ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                    : new FileAttribute<?>[0]);
            DurableFile.forceFolder(path);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path)) {
                throw new DataFolderException(path, "is not a folder", "give one, or a name that is free", e);
            }
        } catch (IOException e) {
            throw new DataFolderException(path, "cannot be made (" + reason(e) + ")",
                    "make it, owned by this user and with mode 0700", e);
        }
    }

    private static void checkPermissions(Path path) throws IOException {
        if (!DurableFile.hasPermissions(path)) {
            return;
        }
        var permissions = Files.getPosixFilePermissions(path);
        if (permissions.stream().anyMatch(OTHERS::contains)) {
            throw new DataFolderException(path,
                    "is open to others (" + PosixFilePermissions.toString(permissions) + "), and has tokens in it",
                    "run chmod 700 " + path);
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    DurableFile.ownerOnly(file));
        } catch (IOException e) {
            throw new DataFolderException(file, "cannot be opened (" + reason(e) + ")",
                    "let this user read and write the folder", e);
        }
        try {
            if (channel.tryLock() == null) {
                throw inUse(file, channel);
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(Long.toString(ProcessHandle.current().pid())));
            return channel;
        } catch (OverlappingFileLockException e) {
            var inUse = inUse(file, channel);
            channel.close();
            throw inUse;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static DataFolderException inUse(Path file, FileChannel channel) throws IOException {
        var process = ByteBuffer.allocate(MAX_PROCESS_BYTES);
        channel.read(process, 0);
        var digits = StandardCharsets.US_ASCII.decode(process.flip()).toString().replaceAll("\\D", "");
        return new DataFolderException(file, "is held by another process" + (digits.isEmpty() ? "" : ", " + digits),
                "stop that one, or give this one a folder of its own");
    }

    /** What went wrong, without a word about how it is made. */
    static String reason(Throwable e) {
        return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
    }
}
