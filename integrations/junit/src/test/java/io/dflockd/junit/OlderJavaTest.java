package io.dflockd.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** What an older Java than the server's needs. The rest of the tests run on it too. */
class OlderJavaTest {
    @TempDir Path folder;

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void aManualClockIsNotToBeHad() {
        assertThatThrownBy(DflockdServers::startWithManualClock).isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Java 21 or later");
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void aServerInAProcessOfItsOwnIsAServer() throws Exception {
        try (var server = DflockdServers.start("--max-locks", "1")) {
            server.newClient().counters().set("c", 5);
            server.restart();
            assertThat(server.newClient().counters().get("c")).isZero();
        }
    }

    @Test
    void theProcessSaysWhatItDoesNotTake() {
        var java = Jdks.ofThisMachine().java();
        assertThatThrownBy(() -> new ServerProcess(java, "--no-such")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--no-such");
    }

    @Test
    void theProcessEndsWithItsInput() throws Exception {
        var server = new ServerProcess(Jdks.ofThisMachine().java(), "--admin-port", "0");
        assertThat(server.process().isAlive()).isTrue();

        server.close();

        assertThat(server.process().onExit()).succeedsWithin(Duration.ofSeconds(60));
    }

    @Test
    void theJdkThatIsNamedIsTaken() throws IOException {
        var named = jdk("mine", "21.0.2");
        jdk("jvm/newest", "30");

        assertThat(java(Map.of("DFLOCKD_TEST_JAVA", named.toString()))).startsWith(named);
        assertThat(java(Map.of("DFLOCKD_TEST_JAVA", named.resolve("bin/java").toString()))).startsWith(named);
    }

    @Test
    void oneThatIsNamedAndTooOldIsSaid() throws IOException {
        var old = jdk("old", "17.0.1");
        jdk("jvm/newest", "30");

        assertThatThrownBy(() -> java(Map.of("DFLOCKD_TEST_JAVA", old.toString())))
                .hasMessage("DFLOCKD_TEST_JAVA is '" + old + "'; valid is the folder of a JDK from 21 on, or its java");
    }

    @Test
    void thatOfTheEnvironmentComesBeforeToolchainsAndTheseBeforeTheNewestOfTheMachine() throws IOException {
        var home = jdk("home", "22");
        var toolchain = jdk("toolchain", "23");
        var newest = jdk("jvm/newest", "30");
        jdk("jvm/other", "24");
        jdk("jvm/old", "11.0.1");

        assertThat(java(Map.of())).startsWith(newest);
        Files.createDirectory(folder.resolve(".m2"));
        Files.writeString(folder.resolve(".m2/toolchains.xml"),
                "<toolchains><toolchain><configuration><jdkHome> " + toolchain
                        + " </jdkHome></configuration></toolchain></toolchains>");
        assertThat(java(Map.of())).startsWith(toolchain);
        assertThat(java(Map.of("JAVA_HOME", home.toString()))).startsWith(home);
        assertThat(java(Map.of("JAVA_HOME", jdk("old", "17").toString()))).startsWith(toolchain);
    }

    @Test
    void oneLineSaysWhatToSetWhereThereIsNone() {
        assertThatThrownBy(() -> java(Map.of())).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("set DFLOCKD_TEST_JAVA to the folder of one")
                .hasMessageNotContaining("\n");
    }

    private Path java(Map<String, String> environment) {
        return new Jdks(environment, folder, List.of(folder.resolve("jvm"), folder.resolve("none"))).java();
    }

    private Path jdk(String name, String version) throws IOException {
        var jdk = Files.createDirectories(folder.resolve(name)).toRealPath();
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        assertThat(Files.createFile(jdk.resolve("bin/java")).toFile().setExecutable(true)).isTrue();
        return jdk;
    }
}
