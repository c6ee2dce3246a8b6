package io.dflockd.cli.call;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * A file that came over HTTP, whole.
 *
 * @param sha256 of all of it, in hexadecimal digits
 */
public record Download(long bytes, String sha256) {
    private static final Pattern DIGEST = Pattern.compile("sha-256=:([A-Za-z0-9+/=]+):");
    private static final String UNFINISHED = ".part";
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

    /** Not all of it came, or something else than was to come. */
    static final class CutOffException extends IOException {
        private static final long serialVersionUID = 1L;

        CutOffException(String message) {
            super(message);
        }
    }

    static Download of(HttpHeaders headers, InputStream in, Path file) throws IOException {
        var digest = DIGEST.matcher(headers.firstValue("Repr-Digest").orElse(""));
        long length = headers.firstValueAsLong("Content-Length").orElse(-1);
        if (length < 0 || !digest.matches()) {
            throw new CutOffException("answers without a length or a checksum, so it is no dflockd");
        }
        var beside = file.resolveSibling(file.getFileName() + UNFINISHED);
        try {
            Files.deleteIfExists(beside);
            var sum = write(in, length, beside);
            if (!MessageDigest.isEqual(sum, Base64.getDecoder().decode(digest.group(1)))) {
                throw new CutOffException("the file that came is not the one that was sent: its checksum differs");
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceName(file);
            return new Download(length, HexFormat.of().formatHex(sum));
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static byte[] write(InputStream in, long length, Path file) throws IOException {
        var digest = newDigest();
        var progress = new AtomicLong(System.nanoTime());
        var watch = watch(in, progress);
        long written = 0;
        try (var out = FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                ownerOnly(file))) {
            var buffer = new byte[BUFFER_BYTES];
            for (int read = read(in, buffer); read >= 0; read = read(in, buffer)) {
                digest.update(buffer, 0, read);
                for (var bytes = ByteBuffer.wrap(buffer, 0, read); bytes.hasRemaining();) {
                    written += out.write(bytes);
                }
                progress.set(System.nanoTime());
            }
            if (written != length) {
                throw new CutOffException("only " + written + " of " + length + " bytes came");
            }
            out.force(true);
            return digest.digest();
        } finally {
            watch.interrupt();
        }
    }

    /** A failure to read is another one than a failure to write. */
    private static int read(InputStream in, byte[] buffer) throws CutOffException {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new CutOffException("the file was cut off: " + e.getMessage());
        }
    }

    /** That client of the JDK waits for ever for the rest of a body. */
    private static Thread watch(InputStream in, AtomicLong progress) {
        var watch = new Thread(() -> {
            try {
                while (System.nanoTime() - progress.get() < LONGEST_SILENCE.toNanos()) {
                    Thread.sleep(1000);
                }
                in.close();
            } catch (InterruptedException | IOException e) {
                Thread.currentThread().interrupt(); // it came, or ends by itself
            }
        }, "dflock-download");
        watch.setDaemon(true);
        watch.start();
        return watch;
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[]{
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
    }

    private static void forceName(Path file) throws IOException {
        var folder = file.toAbsolutePath().getParent();
        if (folder != null && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (var names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
