package io.dflockd.benchmarks;

import io.dflockd.benchmarks.target.Target;
import io.dflockd.benchmarks.target.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A flight recording of our server, from its start to its end, and what it says of where the time went. */
final class Flight {
    private static final List<String> VIEWS = List.of("hot-methods", "allocation-by-class", "contention-by-site", "gc");

    private Flight() {}

    /** The target, started so that it records if it is ours and a folder is given. */
    static Target recording(Target target, Optional<Path> folder, String workload) throws IOException {
        if (folder.isEmpty() || !target.name().equals(Targets.OURS)) {
            return target;
        }
        Files.createDirectories(folder.get());
        return target.with(
                "DFLOCKD_JAVA_OPTS",
                "-XX:StartFlightRecording:settings=profile,dumponexit=true,filename=" + file(folder.get(), workload));
    }

    /** Prints the views of a recording that has been written. */
    static void show(Optional<Path> folder, String workload) throws IOException, InterruptedException {
        if (folder.isEmpty() || !Files.exists(file(folder.get(), workload))) {
            return;
        }
        var jfr = Path.of(System.getProperty("java.home"), "bin", "jfr").toString();
        for (var view : VIEWS) {
            var command = List.of(jfr, "view", "--width", "120", view, file(folder.get(), workload).toString());
            new ProcessBuilder(command).inheritIO().start().waitFor();
        }
    }

    private static Path file(Path folder, String workload) {
        return folder.resolve(workload.replace('/', '-') + ".jfr").toAbsolutePath();
    }
}
