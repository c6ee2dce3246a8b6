package io.dflockd.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.server.config.ConfigLoader.Wish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConfigLoaderTest {
    @TempDir Path folder;

    private static ServerConfig load(Map<String, String> environment, String... arguments) {
        var wish = ConfigLoader.load(List.of(arguments), environment);
        assertThat(wish).isInstanceOf(Wish.Serve.class);
        return ((Wish.Serve) wish).config();
    }

    private static String[] with(List<String> arguments, String... more) {
        return Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("dflockd.yaml"), text);
    }

    @Test
    void withoutAnySettingTheDefaultsHold() {
        var config = load(Map.of());

        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(6388);
        assertThat(config.defaultLeaseTtl()).isEqualTo(Duration.ofSeconds(33));
        assertThat(config.maxLocks()).isEqualTo(1_000_000);
        assertThat(config.autoReleaseOnDisconnect()).isTrue();
        assertThat(config.authToken()).isEmpty();
    }

    @Test
    void theCommandLineComesBeforeTheEnvironmentAndThatBeforeTheFile() throws IOException {
        var file = file("port: 1\nmax-locks: 1\nmax-keys: 1\n").toString();
        var environment = Map.of("DFLOCKD_PORT", "2", "DFLOCKD_MAX_LOCKS", "2", "DFLOCKD_CONFIG", file);

        var config = load(environment, "--port", "3");

        assertThat(config.port()).isEqualTo(3);
        assertThat(config.maxLocks()).isEqualTo(2);
        assertThat(config.maxKeys()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"--port 9", "--port=9", "-port 9", "-port=9", "--port 1 --port 9"})
    void flagsAreTakenInEachOfTheirForms(String arguments) {
        assertThat(load(Map.of(), arguments.split(" ", -1)).port()).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource({"--debug,true", "--debug=true,true", "--debug=false,false", "-debug=0,false", "--debug=YES,true"})
    void aFlagThatIsYesOrNoNeedsNoValue(String argument, boolean expected) {
        assertThat(load(Map.of(), argument).debug()).isEqualTo(expected);
    }

    @Test
    void anEmptyVariableCountsAsUnset() {
        assertThat(load(Map.of("DFLOCKD_PORT", "")).port()).isEqualTo(6388);
    }

    @Test
    void theLegacyPortIsOffUnlessItIsNamed() {
        assertThat(load(Map.of()).legacyPort()).isEmpty();
        assertThat(load(Map.of()).maxAnswerBytes()).isEqualTo(16 * 1024 * 1024);
        var config = load(Map.of("DFLOCKD_LEGACY_PORT", "0"), "--host", "127.0.0.2", "--port", "0");
        assertThat(config.legacyPort()).hasValue(0);
        assertThat(config.legacyHost()).isEqualTo("127.0.0.2");
        assertThat(load(Map.of(), "--legacy-port=1", "--legacy-host=::1").legacyHost()).isEqualTo("::1");
        assertThatThrownBy(() -> load(Map.of(), "--legacy-port=6388"))
                .hasMessage("--legacy-port: \"6388\" is also --port, must be another one");
        assertThatThrownBy(() -> load(Map.of(), "--tls-client-auth=optional"))
                .hasMessage("--tls-client-auth needs --tls-client-ca");
        assertThatThrownBy(() -> load(
                Map.of(), "--tls-client-auth=optional", "--tls-client-ca=a", "--tls-cert=c", "--tls-key=k"))
                .hasMessageEndingWith("else nobody need show anything");
        assertThatThrownBy(() -> load(Map.of(), "--audit-log=off", "--audit-strict"))
                .hasMessage("--audit-strict needs an --audit-log");
        assertThatThrownBy(() -> load(Map.of(), "--legacy-host=::1")).hasMessage("--legacy-host needs --legacy-port");
        assertThatThrownBy(() -> load(Map.of(), "--legacy-port=x"))
                .hasMessage("--legacy-port: \"x\" is not valid, must be a whole number from 0 to 65535, or empty");
    }

    @Test
    void whatNeedsAFolderIsRefusedWithoutOne(@TempDir Path folder) throws Exception {
        var copy = Files.writeString(folder.resolve("copy"), "").toString();
        for (var option : List.of("--accept-log-loss", "--min-free-disk=1g", "--restore=" + copy)) {
            assertThatThrownBy(() -> load(Map.of(), option))
                    .hasMessage(option.replaceAll("=.*", "") + " needs --data-dir");
        }
        assertThat(load(Map.of(), "--data-dir=d", "--restore=" + copy).restore()).contains(Path.of(copy));
        assertThatThrownBy(() -> load(Map.of(), "--data-dir=d", "--restore=" + copy, "--join", "--node=n1",
                "--cluster=n1=127.0.0.1:1:2,n2=127.0.0.1:11:12,n3=127.0.0.1:21:22"))
                .hasMessageStartingWith("--restore is for a first start; ");
    }

    @Test
    void memberOfAClusterLeavesRoomForACopyOfItsState() throws IOException {
        var member = new String[]{"--data-dir=d", "--node=n1",
                "--cluster=n1=127.0.0.1:1:2,n2=127.0.0.1:11:12,n3=127.0.0.1:21:22"};

        assertThat(load(Map.of(), with(List.of(member), "--max-memory=40%"))).isNotNull();
        assertThatThrownBy(() -> load(Map.of(), with(List.of(member), "--max-memory=50%")))
                .hasMessageMatching(
                        "--max-memory: \\d+ is not valid, in a cluster it must be at most 40% of the heap, which is \\d+");
        assertThat(load(Map.of(), "--data-dir=d", "--max-memory=50%")).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingHasThreeSpellingsAndAWordOfHelp(Setting setting) throws IOException {
        var needed = Map.of(
                Setting.TLS_CERT, "7",
                Setting.TLS_KEY, "7",
                Setting.LEGACY_PORT, "7",
                Setting.DATA_DIR, "7",
                Setting.CLUSTER, "n1=localhost:1:3,n2=localhost:11:13,n3=localhost:21:23",
                Setting.NODE, "n1",
                Setting.MAX_MEMORY, "30%");
        var groups = setting == Setting.METRICS_GROUPS ? "a=7" : "7";
        var peerTls = Set.of(Setting.PEER_TLS_CERT, Setting.PEER_TLS_KEY, Setting.PEER_TLS_CA);
        var adminTls = Set.of(Setting.ADMIN_TLS_CERT, Setting.ADMIN_TLS_KEY);
        var text = needed.getOrDefault(
                setting, setting.defaultText().isEmpty() ? groups : setting.defaultText());

        var others = Stream.concat(
                needed.entrySet().stream().map(other -> other.getKey().flag() + "=" + other.getValue()),
                Stream.of(peerTls, adminTls)
                        .filter(together -> together.contains(setting))
                        .flatMap(Set::stream)
                        .map(other -> other.flag() + "=7"))
                .filter(other -> !other.startsWith(setting.flag() + "="))
                .toList();
        var file = file(setting.entry() + ": '" + text + "'");

        assertThat(load(Map.of(), with(others, setting.flag() + "=" + text))).isNotNull();
        assertThat(load(Map.of(setting.variable(), text), with(others))).isNotNull();
        assertThat(load(Map.of(), with(others, "--config=" + file))).isNotNull();
        assertThat(HelpText.render()).contains("  " + setting.flag() + " ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "--port 65536 | --port: \"65536\" is not valid, must be a whole number from 0 to 65535",
            "--port x | --port: \"x\" is not valid, must be a whole number from 0 to 65535",
            "--default-lease-ttl 0 | --default-lease-ttl: \"0\" is not valid, must be a whole number from 1 to 1000000000",
            "--debug=maybe | --debug: \"maybe\" is not valid, must be true, yes, 1, false, no or 0",
            "--log-format xml | --log-format: \"xml\" is not valid, must be text or json",
            "--max-memory 1k | --max-memory: \"1k\" is not valid, must be a number of bytes from 1m on, with k, m or g after it if wanted, or a part of the heap as in 70%",
            "--port | --port needs a value",
            "--nope 1 | unknown option \"--nope\"; try dflockd --help",
            "--por 1 | unknown option \"--por\"; try dflockd --help",
            "start | unexpected argument \"start\"; try dflockd --help",
            "--config /no/such | cannot read the configuration file /no/such: no such file"
    })
    void badArgumentsAreNamedWithWhatIsValid(String arguments, String message) {
        assertThatThrownBy(() -> load(Map.of(), arguments.split(" ", -1)))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void badVariablesAndEntriesAreNamedWithTheirSource() throws IOException {
        var unknown = file("max-lock: 5\n").toString();
        assertThatThrownBy(() -> load(Map.of("DFLOCKD_PORT", "x")))
                .hasMessage("--port (DFLOCKD_PORT): \"x\" is not valid, must be a whole number from 0 to 65535");
        assertThatThrownBy(() -> load(Map.of(), "--config", unknown))
                .hasMessage(unknown + ": unknown setting \"max-lock\", valid are the names of the flags without --");
        var list = file("port: [1]\n").toString();
        assertThatThrownBy(() -> load(Map.of(), "--config", list))
                .hasMessage(list + ": \"port\" must have a single value");
        var broken = file("port: 'x\n").toString();
        assertThatThrownBy(() -> load(Map.of(), "--config", broken)).hasMessageStartingWith(broken + ": not YAML: ");
    }

    @Test
    void ofATokenAndATokenFileTheNearerSourceCounts() throws IOException {
        var environment = Map.of("DFLOCKD_AUTH_TOKEN", "far");

        assertThat(load(environment, "--auth-token-file", "f").authToken()).isEmpty();
        assertThat(load(environment, "--auth-token", "near").authToken()).contains("near");
        assertThatThrownBy(() -> load(Map.of(), "--auth-token", "t", "--auth-token-file", "f"))
                .hasMessage("--auth-token and --auth-token-file: give one of them");
    }

    @Test
    void helpAndVersionAreWishesOfTheirOwn() {
        assertThat(ConfigLoader.load(List.of("--help"), Map.of("DFLOCKD_PORT", "x"))).isEqualTo(new Wish.Help());
        assertThat(ConfigLoader.load(List.of("-h"), Map.of())).isEqualTo(new Wish.Help());
        assertThat(ConfigLoader.load(List.of("--version"), Map.of())).isEqualTo(new Wish.Version());
    }
}
