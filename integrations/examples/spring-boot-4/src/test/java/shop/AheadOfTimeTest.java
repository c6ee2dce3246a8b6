package shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.test.DflockdTestServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as it goes into a native image: prepared by Spring ahead of time, here run by a JVM. */
@Timeout(240)
class AheadOfTimeTest {
    private static final String PROGRAM_PATH = System.getProperty("java.class.path");

    @TempDir Path folder;

    @Test
    void aProgramThatWasPreparedAheadOfTimeTakesItsLocksAndLeads() throws Exception {
        try (DflockdTestServer server = DflockdTestServer.start()) {
            prepare();
            String hints = text(folder.resolve("resources"), ".json");
            assertThat(hints).contains("shop.Reports", "\"nightly\"", "\"write\"", "\"sweep\"",
                    "io.dflockd.spring.boot.DflockdProperties");
            assertThat(text(folder.resolve("sources"), ".java")).contains("WithLockAdvisor", "LeaderOnlyAdvisor");
            assertThat(ranAheadOfTime("--dflockd.server=" + server.address()))
                    .contains("Starting AOT-processed Program", "sweeps from now on, as number ")
                    .containsPattern("written under [1-9]");
        }
    }

    private void prepare() throws Exception {
        Path sources = folder.resolve("sources");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Process processor = java(PROGRAM_PATH, "org.springframework.boot.SpringApplicationAotProcessor", "prepared.Program",
                sources.toString(), folder.resolve("resources").toString(), classes.toString(), "shop", "shop");
        assertThat(processor.waitFor()).as(Files.readString(folder.resolve("output"))).isZero();
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp",
                classes + File.pathSeparator + PROGRAM_PATH));
        try (Stream<Path> all = Files.walk(sources)) {
            all.map(Path::toString).filter(one -> one.endsWith(".java")).forEach(arguments::add);
        }
        int compiled = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(new String[0]));
        assertThat(compiled).isZero();
    }

    /** What the program says until it has written and leads. */
    private String ranAheadOfTime(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("-Dspring.aot.enabled=true", "prepared.Program"));
        all.addAll(List.of(arguments));
        Process program = java(folder.resolve("classes") + File.pathSeparator + folder.resolve("resources")
                + File.pathSeparator + PROGRAM_PATH, all.toArray(new String[0]));
        try {
            StringBuilder said = new StringBuilder();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (program.isAlive() && System.nanoTime() < end
                    && !(said.indexOf("sweeps from now on") >= 0 && said.indexOf("written under") >= 0)) {
                program.waitFor(100, TimeUnit.MILLISECONDS);
                said.setLength(0);
                said.append(Files.readString(folder.resolve("output")));
            }
            return said.toString();
        } finally {
            program.destroyForcibly().waitFor();
        }
    }

    private Process java(String classPath, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp", classPath));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private static String text(Path folder, String ending) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(one -> one.toString().endsWith(ending)).toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }
}
