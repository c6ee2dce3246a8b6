package io.dflockd.server;

import io.dflockd.replication.MemoryCopy;
import io.dflockd.service.admin.Snapshots;
import io.dflockd.service.driver.EngineDriver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Copies the state of this server. One that keeps its state writes a snapshot, as it does from time to time anyway; one that
 * has it in memory alone copies it while all wait, which it therefore does with a small state only.
 */
final class StateCopies implements Snapshots {
    private static final int BUFFER_BYTES = 1 << 16;
    /** Newer ones take the place of one that is looked at; not so often that there is never one to be had. */
    private static final int TRIES = 3;

    private final EngineDriver driver;

    StateCopies(EngineDriver driver) {
        this.driver = driver;
    }

    @Override
    public Copy make() throws IOException, CannotException {
        return driver.isDurable() ? ofFile() : ofMemory();
    }

    private Copy ofMemory() throws CannotException {
        byte[] state = driver.view()
                .look((engine, nowMs) -> engine.bytes() > MemoryCopy.mostBytes()
                        ? Optional.<byte[]>empty()
                        : Optional.of(MemoryCopy.stateOf(engine)))
                .orElseThrow(() -> new CannotException("this server has its state in memory alone, and more than the "
                        + (MemoryCopy.mostBytes() >> 20) + " MiB that can be copied while all clients wait;"
                        + " one with --data-dir can copy any state"));
        var file = MemoryCopy.fileOf(state);
        var digest = sha256();
        digest.update(file);
        return new Copy(MemoryCopy.name(), file.length, HexFormat.of().formatHex(digest.digest()),
                new ByteArrayInputStream(file));
    }

    private Copy ofFile() throws IOException {
        for (int i = 1;; i++) {
            var copy = Path.of(driver.copy().orElseThrow());
            try {
                return read(copy);
            } catch (NoSuchFileException e) {
                if (i == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Once for its checksum, and again by whoever gets it, from the same open file. */
    private static Copy read(Path file) throws IOException {
        var kept = Files.newInputStream(file);
        try {
            var digest = sha256();
            long bytes = 0;
            try (InputStream in = Files.newInputStream(file)) {
                var buffer = new byte[BUFFER_BYTES];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    digest.update(buffer, 0, read);
                    bytes += read;
                }
            }
            return new Copy(file.getFileName().toString(), bytes, HexFormat.of().formatHex(digest.digest()), kept);
        } catch (IOException | RuntimeException e) {
            kept.close();
            throw e;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
