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
        }
        return open;
    }

    /** Adds lines, each with its end. What was written of them before a failure stays. */
    void write(String lines) throws IOException {
        var bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
        try {
            var open = open();
            if (open.size() > 0 && open.size() + bytes.remaining() > mostBytes) {
                roll();
                open = open();
            }
            while (bytes.hasRemaining()) {
                open.write(bytes);
            }
        } catch (IOException e) {
            close();
            throw e;
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
