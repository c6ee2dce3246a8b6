package io.dflockd.acceptance.faults;

import java.nio.file.Path;

/**
 * Where the programs are.
 *
 * @param folder with {@code dflockd} and {@code dflock} in it
 */
record Programs(Path folder) {
    Path server() {
        return folder.resolve("dflockd");
    }

    Path commandLine() {
        return folder.resolve("dflock");
    }
}
