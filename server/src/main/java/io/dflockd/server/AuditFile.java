package io.dflockd.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that makes room for itself: when it is full it gets the number 1, what had that gets 2, and the last is
 * deleted. Not one of the logging library's, which says nothing to whoever writes when that fails. Not thread-safe.
 */
final class AuditFile implements AutoCloseable {
    private static final byte[] END_OF_LINE = {'\n'};

    private final Path path;
    private final long mostBytes;
    private final int mostFiles;
    /** Null before it is opened, and after a failure. */
    private @Nullable FileChannel channel;

    AuditFile(Path path, long mostBytes, int mostFiles) {
        this.path = path;
        this.mostBytes = mostBytes;
        this.mostFiles = mostFiles;
    }

    /** Opens it, if it is not open. */
    FileChannel open() throws IOException {
        var open = channel;
        if (open == null) {
            open = FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
            channel = open;
            if (endsWithinALine()) {
                writeAll(open, END_OF_LINE); // the process was killed while it wrote, and the next line would not be one
            }
        }
        return open;
    }

    private boolean endsWithinALine() throws IOException {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            return false;
        }
        try (var reading = FileChannel.open(path, StandardOpenOption.READ)) {
            var last = ByteBuffer.allocate(1);
            return reading.size() > 0 && reading.read(last, reading.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    /** Adds lines, each with its end: all of them, or none where that fails. */
    void write(String lines) throws IOException {
        try {
            var bytes = lines.getBytes(StandardCharsets.UTF_8);
            var open = open();
            if (open.size() > 0 && open.size() + bytes.length > mostBytes) {
                roll();
                open = open();
            }
            writeAll(open, bytes);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static void writeAll(FileChannel open, byte[] bytes) throws IOException {
        long before = open.size();
        var left = ByteBuffer.wrap(bytes);
        try {
            while (left.hasRemaining()) {
                open.write(left);
            }
        } catch (IOException e) {
            takeBack(open, before, e);
            throw e;
        }
    }

    private static void takeBack(FileChannel open, long to, IOException why) {
        try {
            open.truncate(to);
        } catch (IOException e) {
            why.addSuppressed(e); // what follows begins with the end of a line
        }
    }

    private void roll() throws IOException {
        close();
        for (int i = mostFiles - 1; i > 0; i--) {
            var from = i == 1 ? path : numbered(i - 1);
            if (Files.exists(from)) {
                Files.move(from, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    /** Lets go of the file, which is opened anew for the next line: somebody may have moved it away. */
    @Override
    public void close() {
        var open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // All that was to be written is written or was reported; there is nothing left to lose.
                channel = null;
            }
        }
    }
}
