package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Prometheus' own tool, where it is installed; without it who needs it is skipped, and says so. */
final class Promtool {
    private Promtool() {}

    /** It must have nothing to say against the input. */
    static void mustAccept(Path folder, Path input, String... arguments) throws IOException, InterruptedException {
        boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "promtool")));
        assumeThat(installed).as("promtool, which is in Debian's package prometheus, is installed").isTrue();
        var output = Files.createTempFile("promtool", ".txt");
        try {
            var process = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList())
                    .directory(folder.toFile())
                    .redirectInput(input.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            var said = Files.readString(output);
            assertThat(process.exitValue()).as("%s: %s", List.of(arguments), said).isZero();
            assertThat(said).doesNotContainIgnoringCase("error").doesNotContainIgnoringCase("failed");
            if (arguments[1].equals("metrics")) {
                assertThat(said).isEmpty();
            }
        } finally {
            Files.delete(output);
        }
    }
}
