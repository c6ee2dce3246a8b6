package io.dflockd.junit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that nobody needs any more. */
final class Temporary {
    private Temporary() {}

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
