package io.dflockd.replication;

import java.nio.file.Path;
import java.util.stream.Stream;

/** What is in a folder that is written to meanwhile: whatever vanishes on the way is left out, and nothing fails for that. */
final class LiveFolder {
    private LiveFolder() {}

    /** The names of all that is in it and in the folders in it. */
    static Stream<String> names(Path folder) {
        var files = folder.toFile().listFiles();
        return files == null
                ? Stream.empty()
                : Stream.of(files).flatMap(file -> Stream.concat(Stream.of(file.getName()), names(file.toPath())));
    }
}
