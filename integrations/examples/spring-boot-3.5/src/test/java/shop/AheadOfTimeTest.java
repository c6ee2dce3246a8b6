package shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.test.DflockdTestServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
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
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.aot.AotTestContextInitializers;

/** The program and a test of it as they go into a native image: prepared by Spring ahead of time, here run by a JVM. */
@Timeout(240)
class AheadOfTimeTest {
    private static final String PROGRAM_PATH = System.getProperty("java.class.path");

    @TempDir Path folder;

    @Test
    void aProgramThatWasPreparedAheadOfTimeTakesItsLocksAndLeads() throws Exception {
        try (DflockdTestServer server = DflockdTestServer.start()) {
            prepare(PROGRAM_PATH, "org.springframework.boot.SpringApplicationAotProcessor", "prepared.Program");
            String hints = text(folder.resolve("resources"), ".json");
            assertThat(hints).contains("shop.Reports", "\"nightly\"", "\"write\"", "\"sweep\"",
                    "io.dflockd.spring.boot.DflockdProperties");
            assertThat(text(folder.resolve("sources"), ".java")).contains("WithLockAdvisor", "LeaderOnlyAdvisor");
            assertThat(ranAheadOfTime("--dflockd.server=" + server.address()))
                    .contains("Starting AOT-processed Program", "sweeps from now on, as number ")
                    .containsPattern("written under [1-9]");
        }
    }

    @Test
    void aTestThatWasPreparedAheadOfTimeHasItsServer() throws Exception {
        Path tests = Files.createDirectories(folder.resolve("tests/shop"));
        try (InputStream test = ReportsTest.class.getResourceAsStream("ReportsTest.class")) {
            Files.copy(test, tests.resolve("ReportsTest.class"));
        }
        // Spring finds the tests by the launcher, which is there by whatever runs this one.
        URL launcher = Class.forName("org.junit.platform.launcher.Launcher")
                .getProtectionDomain()
                .getCodeSource()
                .getLocation();
        prepare(PROGRAM_PATH + File.pathSeparator + Path.of(launcher.toURI()),
                "org.springframework.boot.test.context.SpringBootTestAotProcessor", tests.getParent().toString());

        assertThat(text(folder.resolve("sources"), ".java")).contains("TestServerCustomizer");
        Process run = java(preparedPath(), "-Dspring.aot.enabled=true", PreparedTest.class.getName());
        assertThat(run.waitFor()).as(Files.readString(folder.resolve("output"))).isZero();
        assertThat(Files.readString(folder.resolve("output"))).contains("passed, with a context that was prepared");
    }

    /** The {@link ReportsTest}, by its prepared context. */
    static final class PreparedTest {
        public static void main(String[] args) throws Exception {
            ReportsTest test = new ReportsTest();
            TestContextManager manager = new TestContextManager(ReportsTest.class);
            manager.prepareTestInstance(test);
            test.reportsOfOneCustomerAreWrittenOneAfterAnother();
            boolean isPrepared = new AotTestContextInitializers().isSupportedTestClass(ReportsTest.class);
            System.out.println("passed, with a context that was " + (isPrepared ? "prepared" : "made now"));
            System.exit(0);
        }
    }

    private void prepare(String path, String processor, String what) throws Exception {
        Path sources = folder.resolve("sources");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Process prepares = java(path, processor, what, sources.toString(), folder.resolve("resources").toString(),
                classes.toString(), "shop", "shop");
        assertThat(prepares.waitFor()).as(Files.readString(folder.resolve("output"))).isZero();
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp",
                classes + File.pathSeparator + PROGRAM_PATH));
        try (Stream<Path> all = Files.walk(sources)) {
            all.map(Path::toString).filter(one -> one.endsWith(".java")).forEach(arguments::add);
        }
        int compiled = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(new String[0]));
        assertThat(compiled).isZero();
    }

    private String preparedPath() {
        return String.join(File.pathSeparator, folder.resolve("classes").toString(),
                folder.resolve("resources").toString(), PROGRAM_PATH);
    }

    /** What the program says until it has written and leads. */
    private String ranAheadOfTime(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("-Dspring.aot.enabled=true", "prepared.Program"));
        all.addAll(List.of(arguments));
        Process program = java(preparedPath(), all.toArray(new String[0]));
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
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:TieredStopAtLevel=1", "-cp", classPath));
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
