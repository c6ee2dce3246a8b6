package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which JDK the programs in {@code bin} take, and which flags they give it. */
class JavaChoiceTest {
    @TempDir private Path jdks;

    @Test
    void takesTheJdkThatIsNamedFrom21On() throws Exception {
        assertThat(choice(jdk("21.0.8"), "echo \"$JAVA_MAJOR [$COMPACT_HEADERS] [$ALLOW_UNSAFE]\""))
                .isEqualTo("21 [] []");
        assertThat(choice(jdk("24"), "echo \"$JAVA_MAJOR [$COMPACT_HEADERS] [$ALLOW_UNSAFE]\""))
                .isEqualTo("24 [] [--sun-misc-unsafe-memory-access=allow]");
        assertThat(choice(jdk("25.0.3"), "echo \"$JAVA_MAJOR [$COMPACT_HEADERS] [$ALLOW_UNSAFE]\""))
                .isEqualTo("25 [-XX:+UseCompactObjectHeaders] [--sun-misc-unsafe-memory-access=allow]");
    }

    @Test
    void takesTheNewestWhereTheOneThatIsNamedIsTooOld() throws Exception {
        var consider = "JAVA_MAJOR=0; for jdk in %s %s %s; do consider $jdk; done; echo $JAVA"
                .formatted(jdk("21"), jdk("99.0.1"), jdk("17.0.2"));

        assertThat(choice(jdk("17.0.2"), consider)).isEqualTo(jdks.resolve("99.0.1/bin/java").toString());
        assertThat(choice(jdk("17.0.2"), "echo $((JAVA_MAJOR >= 21))")).isEqualTo("1");
    }

    private Path jdk(String version) throws IOException {
        var java = jdks.resolve(version).resolve("bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, "");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(jdks.resolve(version).resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return jdks.resolve(version);
    }

    private static String choice(Path javaHome, String then) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("sh", "-euc", ". ../bin/java.sh; " + then).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", javaHome.toString());
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
