package io.dflockd.benchmarks;

import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Target;
import io.dflockd.benchmarks.target.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A flight recording of our server, from its start to its end, and what it says of where the time went. */
final class Flight {
    private static final List<String> VIEWS = List.of("hot-methods", "allocation-by-class", "contention-by-site", "gc");

    private Flight() {}

    /** The target, started so that it records if it is ours and a folder is given. */
    static Target recording(Target target, Optional<Path> folder) {
        boolean records = folder.isPresent() && target.name().equals(Targets.OURS);
        return records ? target.with("DFLOCKD_JAVA_OPTS", "-XX:StartFlightRecording:settings=profile") : target;
    }

    /** Writes the recording down and prints what it shows, if there is one. */
    static void show(Server server, Optional<Path> folder, String workload) throws IOException, InterruptedException {
        if (folder.isEmpty() || !server.target().name().equals(Targets.OURS)) {
            return;
        }
        Files.createDirectories(folder.get());
        var file = folder.get().resolve(workload.replace('/', '-') + ".jfr").toAbsolutePath().toString();
        run("jcmd", Long.toString(server.pid()), "JFR.dump", "filename=" + file);
        for (var view : VIEWS) {
            run("jfr", "view", "--width", "120", view, file);
        }
    }

    private static void run(String program, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", program).toString());
        command.addAll(List.of(arguments));
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
