package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first start of the programs in a fresh clone, with a Maven that builds when the test lets it. */
class FirstBuildTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String MAVEN = """
            #!/bin/sh
            cd "$(dirname "$(readlink -f "$0")")/.."
            echo $$ >>builds
            read outcome <gate
            [ "$outcome" = good ] || { echo "it is broken"; exit 1; }
            mkdir -p distribution/target/dflockd
            : >distribution/target/dflockd/complete
            """;

    @TempDir private Path clone;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void makeClone() throws Exception {
        for (var folder : List.of("bin", "distribution", "tools")) {
            Files.createDirectories(clone.resolve(folder));
        }
        Files.writeString(clone.resolve("distribution/pom.xml"), "");
        for (var part : List.of("launch.sh", "java.sh", "build.sh")) {
            Files.copy(Path.of("..", "bin", part), clone.resolve("bin").resolve(part));
        }
        program("bin/program",
                "#!/bin/sh\nset -eu\n. \"$(dirname \"$(readlink -f \"$0\")\")/launch.sh\"\necho started\n");
        program("tools/mvn", MAVEN);
        assertThat(new ProcessBuilder("mkfifo", clone.resolve("gate").toString()).start().waitFor()).isZero();
    }

    @AfterEach
    void endAll() {
        for (var process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneBuildsAndTheOthersWaitAndSaySo(boolean flock) throws Exception {
        for (int i = 0; i < 10; i++) {
            start(i, flock);
        }
        Eventually.await("nine wait", DEADLINE, () -> outputsWith("program: waiting for another") == 9);
        letBuild("good");

        for (var process : started) {
            assertThat(exitOf(process)).isZero();
        }
        assertThat(builds()).hasSize(1);
        assertThat(outputsWith("started")).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatFailedIsBuiltAnew(boolean flock) throws Exception {
        var first = start(0, flock);
        letBuild("broken");
        assertThat(exitOf(first)).isEqualTo(2);
        assertThat(output(0)).contains("it is broken", "program: the build failed");

        var second = start(1, flock);
        letBuild("good");
        assertThat(exitOf(second)).isZero();
        assertThat(builds()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasKilledIsBuiltAnew(boolean flock) throws Exception {
        var first = start(0, flock);
        Eventually.await("it builds", DEADLINE, () -> builds().size() == 1);
        var family = first.descendants().toList();
        first.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
        exitOf(first);

        var second = start(1, flock);
        letBuild("good");
        assertThat(exitOf(second)).isZero();
        assertThat(builds()).hasSize(2);
    }

    private Process start(int number, boolean flock) throws IOException {
        var builder = new ProcessBuilder(clone.resolve("bin/program").toString())
                .redirectErrorStream(true)
                .redirectOutput(clone.resolve("output" + number).toFile());
        builder.environment()
                .put("PATH", clone.resolve("tools") + ":" + (flock ? System.getenv("PATH") : withoutFlock()));
        var process = builder.start();
        started.add(process);
        return process;
    }

    private Path withoutFlock() throws IOException {
        var folder = clone.resolve("few");
        if (!Files.exists(folder)) {
            Files.createDirectories(folder);
            for (var tool : List.of("sh", "readlink", "dirname", "basename", "sed", "ln", "mv", "rm", "mktemp", "cat",
                    "sleep", "mkdir")) {
                Files.createSymbolicLink(folder.resolve(tool), Path.of("/bin", tool));
            }
        }
        return folder;
    }

    /** Blocks until there is one that builds. */
    private void letBuild(String outcome) throws IOException, InterruptedException {
        var gate = new ProcessBuilder("sh", "-c", "echo " + outcome + " >" + clone.resolve("gate")).start();
        started.add(gate);
        assertThat(exitOf(gate)).isZero();
        started.remove(gate);
    }

    private List<String> builds() {
        return read("builds").lines().toList();
    }

    private int outputsWith(String text) {
        int count = 0;
        for (int i = 0; i < started.size(); i++) {
            count += output(i).contains(text) ? 1 : 0;
        }
        return count;
    }

    private String output(int number) {
        return read("output" + number);
    }

    private String read(String file) {
        try {
            return Files.exists(clone.resolve(file)) ? Files.readString(clone.resolve(file)) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int exitOf(Process process) throws InterruptedException {
        assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private void program(String path, String text) throws IOException {
        Files.writeString(clone.resolve(path), text);
        assertThat(clone.resolve(path).toFile().setExecutable(true)).isTrue();
    }
}
