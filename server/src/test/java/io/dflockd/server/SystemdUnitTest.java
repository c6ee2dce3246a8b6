package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dflockd.server.config.ConfigLoader;
import io.dflockd.server.config.Setting;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit of the Debian packages, and the settings that they bring. */
class SystemdUnitTest {
    private static final Path UNIT = Path.of("..", "packaging", "systemd", "dflockd.service");
    private static final Path SETTINGS = Path.of("..", "packaging", "deb", "dflockd.yaml");
    /** In tenths, as systemd-analyze takes it; what is below two is "OK" there. */
    private static final int MOST_EXPOSED = 15;

    @TempDir Path folder;

    @Test
    void itIsHardenedAsFarAsAJvmCanBe() throws Exception {
        boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "systemd-analyze")));
        if (!installed) {
            System.out.println(
                    "SKIPPED: how well the unit is hardened, as systemd-analyze (Debian's package systemd) is missing");
        }
        assumeThat(installed).as("systemd-analyze is installed").isTrue();
        var said = folder.resolve("said");
        var process = new ProcessBuilder("systemd-analyze", "security", "--offline=yes", "--no-pager",
                "--threshold=" + MOST_EXPOSED, UNIT.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
        assertThat(Files.readString(said)).contains("Overall exposure level");
    }

    @Test
    void itWaitsForAsLongAsAServerTakesToStop() throws Exception {
        int waits = Integer.parseInt(Files.readAllLines(UNIT)
                .stream()
                .filter(line -> line.startsWith("TimeoutStopSec="))
                .map(line -> line.substring("TimeoutStopSec=".length()))
                .collect(Collectors.joining()));

        assertThat(waits).isEqualTo(Integer.parseInt(Setting.SHUTDOWN_TIMEOUT.defaultText()) + 10);
    }

    @Test
    void theSettingsThatComeWithItAreTakenAsTheyAreAndWithEachSuggestion() throws Exception {
        var text = Files.readString(SETTINGS);
        assertThat(ConfigLoader.load(List.of("--config", SETTINGS.toString()), Map.of()))
                .isInstanceOf(ConfigLoader.Wish.Serve.class);

        var token = Files.writeString(folder.resolve("token"), "token-of-this-test");
        var all = text.lines()
                .filter(line -> line.matches("#[a-z-]+: .*"))
                .map(line -> line.substring(1)
                        .replaceFirst(": /etc/.*", ": " + token)
                        .replaceFirst(": /var/lib/.*", ": " + folder.resolve("data"))
                        .replaceFirst(": /var/log/.*", ": " + folder.resolve("audit.log")))
                .toList();
        assertThat(all).hasSizeGreaterThan(3);
        var file = Files.write(folder.resolve("all.yaml"), all);
        assertThat(ConfigLoader.load(List.of("--config", file.toString()), Map.of()))
                .isInstanceOf(ConfigLoader.Wish.Serve.class);
    }
}
