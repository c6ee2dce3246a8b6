package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The caches with which the programs start in half the time. */
class AheadOfTimeIT {
    private static final Path DISTRIBUTION = Path.of("../distribution/target/dflockd");

    private static String major = "";

    @TempDir private Path data;

    @BeforeAll
    static void needsAJdkThatCan() throws Exception {
        major = run(List.of("sh", "-euc", ". ../bin/java.sh; echo $JAVA_MAJOR"), "");
        assumeThat(Integer.parseInt(major)).isGreaterThanOrEqualTo(25);
    }

    /** With this flag the JVM does not start where a cache cannot be used. */
    @ParameterizedTest
    @CsvSource({"dflockd,dflockd", "dflock,dflock"})
    void theBuildMadeThemAndTheyAreUsed(String program, String name) throws Exception {
        assertThat(DISTRIBUTION.resolve("aot").resolve(major).resolve(program)).isRegularFile();
        assertThat(run(List.of(program(program), "--version"), "-XX:AOTMode=on")).matches(name + " \\S+");
    }

    /** The other collector too, which is another than that with which it was made. */
    @Test
    void aDurableServerUsesItAsWell() throws Exception {
        assertThat(run(List.of(program("dflockd"), "--data-dir", data.toString(), "--version"), "-XX:AOTMode=on"))
                .startsWith("dflockd ");
    }

    @ParameterizedTest
    @CsvSource({"dflockd", "dflock"})
    void whatDoesNotFitIsLeftOutWithoutAWord(String program) throws Exception {
        assertThat(run(List.of(program(program), "--version"),
                "-XX:-UseCompactObjectHeaders -XX:ObjectAlignmentInBytes=16"))
                .matches(program + " \\S+");
    }

    /** A copy of the folder has other dates, unless they are kept. */
    @Test
    void aFolderWithoutThemStartsAsWell() throws Exception {
        var copy = data.resolve("copy");
        run(List.of("cp", "-r", DISTRIBUTION.toString(), copy.toString()), "");
        var program = copy.resolve("bin/dflock").toString();
        assertThat(run(List.of(program, "--version"), "")).matches("dflock \\S+");
        Files.delete(copy.resolve("aot").resolve(major).resolve("dflock"));
        assertThat(run(List.of(program, "--version"), "")).matches("dflock \\S+");
        Files.delete(copy.resolve("aot").resolve(major).resolve("order"));
        assertThat(run(List.of(program, "--version"), "")).matches("dflock \\S+");
    }

    /** On a busy machine it has no time then to look for classes that it has never needed before. */
    @Test
    void whatEndsACommandWhoseLockIsLostIsInIt() throws Exception {
        var log = data.resolve("classes");
        try (var server = ServerProcess.start()) {
            var builder = new ProcessBuilder(program("dflock"), "--server", server.address(), "elect", "rehearsed",
                    "--once", "--lease", "2", "--", "sh", "-c", "kill -STOP $0; sleep 60",
                    Long.toString(server.process().pid())).inheritIO();
            builder.environment().put("DFLOCK_JAVA_OPTS", "-Xlog:class+load:file=" + log);
            var process = builder.start();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            run(List.of("kill", "-CONT", Long.toString(server.process().pid())), "");
            assertThat(process.exitValue()).isEqualTo(76);
        }
        var loaded = Files.readAllLines(log)
                .stream()
                .filter(line -> line.matches(".* io\\.dflockd\\.cli\\.guard\\.\\w+ .*"));
        assertThat(loaded)
                .anyMatch(line -> line.contains("Ending"))
                .allMatch(line -> line.endsWith("source: shared objects file"));
    }

    private static String program(String name) {
        return DISTRIBUTION.resolve("bin").resolve(name).toString();
    }

    private static String run(List<String> command, String jvm) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("DFLOCKD_JAVA_OPTS", jvm);
        builder.environment().put("DFLOCK_JAVA_OPTS", jvm);
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
