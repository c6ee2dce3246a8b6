package io.dflockd.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each worked example runs with real processes, says what it should, and ends. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExampleScriptTest {
    private static final Path SCRIPT = Path.of("..", "bin", "example");
    private static final long SECONDS = 90;

    @TempDir private Path directory;

    @Test
    void everyJobOfTheWorkQueueIsDoneOnce() throws Exception {
        var lines = run("work-queue");

        assertThat(lines.stream().filter(line -> line.startsWith("producer: ")).map(line -> line.split(" ", -1)[1]))
                .containsExactlyInAnyOrder("1", "2", "3", "4", "5", "6");
        assertThat(lines).contains("worker-1: no more work", "worker-2: no more work").hasSize(8);
    }

    @Test
    void everySignalOfTheFanOutGoesToOneWorkerAndTheLastToAll() throws Exception {
        var lines = run("fan-out");

        assertThat(lines.stream().filter(line -> line.contains("picture")).map(line -> line.split(" ", -1)[2]))
                .containsExactlyInAnyOrder("picture-1.png", "picture-2.png", "picture-3.png", "picture-4.png",
                        "picture-5.png", "picture-6.png");
        for (var worker : List.of("worker-1", "worker-2", "worker-3")) {
            assertThat(lines).filteredOn(line -> line.startsWith(worker))
                    .hasSize(3)
                    .last()
                    .asString()
                    .isEqualTo(worker + ": told to stop");
        }
        assertThat(lines).contains("sender: told 3 workers to stop");
    }

    @Test
    void everyAppAppliesEveryLevelOfTheLiveConfig() throws Exception {
        var lines = run("live-config");

        for (var app : List.of("app-1", "app-2")) {
            assertThat(lines).containsSubsequence(app + ": log level is the default", app + ": log level is debug",
                    app + ": log level is info", app + ": the setting is gone, so this ends");
        }
    }

    @Test
    void secondCandidateLeadsWhenTheFirstIsKilled() throws Exception {
        var lines = run("failover");

        assertThat(lines).filteredOn(line -> !line.contains("is a candidate"))
                .anySatisfy(
                        line -> assertThat(line).startsWith("candidate-1: leads"));
        assertThat(lines.indexOf("(candidate-1 is killed)")).isNotNegative();
        var after = lines.subList(lines.indexOf("(candidate-1 is killed)"), lines.size());
        assertThat(after).anySatisfy(line -> assertThat(line).startsWith("candidate-2: leads"))
                .containsSubsequence("observer: failover", "observer: elected")
                .endsWith("observer: resigned");
    }

    @Test
    void unknownExampleIsRefusedWithTheListOfThem() throws Exception {
        var output = directory.resolve("output").toFile();
        var process = script("no-such").redirectErrorStream(true).redirectOutput(output).start();

        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(output).content(UTF_8).contains("work-queue", "fan-out", "live-config", "failover");
    }

    private List<String> run(String example) throws IOException, InterruptedException {
        var output = directory.resolve("output");
        var errors = directory.resolve("errors");
        var process = script(example).redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
        try {
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            assertThat(ended).as("ended within %d s; it said %s", SECONDS, output).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output) + Files.readString(errors)).isZero();
            return Files.readAllLines(output);
        } finally {
            process.destroy(); // the script ends what it started
        }
    }

    private static ProcessBuilder script(String example) {
        var builder = new ProcessBuilder(SCRIPT.toString(), example);
        builder.environment().put("DFLOCKD_CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }
}
