package io.dflockd.cli.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.cli.CommandTable;
import io.dflockd.cli.line.ArgumentParser;
import io.dflockd.cli.line.UsageException;
import io.dflockd.client.ServerAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @Test
    void flagsComeBeforeTheEnvironmentAndThatBeforeTheDefault() {
        var environment = Map.of("DFLOCK_SERVERS", "e:1");

        assertThat(settings(Map.of()).servers()).containsExactly(ServerAddress.ofDefault());
        assertThat(settings(Map.of("DFLOCK_SERVERS", "")).servers()).containsExactly(ServerAddress.ofDefault());
        assertThat(settings(environment).servers()).extracting(ServerAddress::toString).containsExactly("e:1");
        assertThat(settings(environment, "--server", "a:1", "--server", "c:3").servers())
                .extracting(ServerAddress::toString)
                .containsExactly("a:1", "c:3");
    }

    @Test
    void commasAreBetweenTheNodesOfAClusterAndSemicolonsBetweenServers() {
        assertThat(settings(Map.of("DFLOCK_SERVERS", "a:1,b:2;c:3")).servers()).extracting(ServerAddress::toString)
                .containsExactly("a:1", "c:3");
        assertThat(settings(Map.of(), "--server", "a:1, b:2", "--server", "c:3").servers())
                .extracting(ServerAddress::toString)
                .containsExactly("a:1", "c:3");
    }

    @Test
    void keysHaveOneServerAndPatternsAll() {
        var settings = settings(Map.of(), "--server", "a:1;b:2;c:3");

        assertThat(settings.serversOf("jobs.>")).isEqualTo(settings.servers());
        assertThat(settings.serversOf("jobs.*.done")).isEqualTo(settings.servers());
        assertThat(settings.serversOf("jobs.nightly")).containsExactly(settings.serverOf("jobs.nightly"));
    }

    @Test
    void whatIsWrongIsNamed(@TempDir Path folder) {
        wrong("--token and --token-file exclude each other", Map.of(), "--token", "a", "--token-file", "b");
        wrong("--token-file: cannot read " + folder.resolve("none"), Map.of(), "--token-file",
                folder.resolve("none").toString());
        wrong("DFLOCK_TLS is 'maybe'; valid is true, yes, 1, false, no or 0", Map.of("DFLOCK_TLS", "maybe"));
        wrong("--tls-ca: cannot read " + folder.resolve("none"), Map.of(), "--tls-ca",
                folder.resolve("none").toString());
        assertThatThrownBy(() -> settings(Map.of(), "--server", "a:port")).isInstanceOf(UsageException.class)
                .hasMessageContaining("a:port");
        wrong("server is 'a:1,a:1', which names a:1 twice; valid is each node of a cluster once",
                Map.of("DFLOCK_SERVERS", "a:1,a:1"));
        wrong("servers 'a:1,b:1' and 'b:1' have an address in common; valid is each node of a cluster under one server",
                Map.of(), "--server", "a:1,b:1", "--server", "b:1");
    }

    private static void wrong(String message, Map<String, String> environment, String... flags) {
        assertThatThrownBy(() -> settings(environment, flags)).isInstanceOf(UsageException.class).hasMessage(message);
    }

    private static Settings settings(Map<String, String> environment, String... flags) {
        var line = Stream.concat(List.of(flags).stream(), List.of("ping").stream()).toList();
        return Settings.of(new ArgumentParser(CommandTable.standard().all()).parse(line).arguments(), environment);
    }
}
