package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.TlsOptions;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.event.SignalEvent.Signal;
import io.dflockd.client.event.WatchEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the client meets the server at its edges: ports of another kind, no room, much to say, bytes, several servers. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientEdgesIT {
    private static final Duration WAIT = Duration.ofSeconds(20);

    @AutoClose private static ServerProcess server = ServerProcess.start();
    @AutoClose private static ServerProcess second = ServerProcess.start("--max-connections", "1");

    @Test
    void portOfAnotherKindIsNamed(@TempDir Path folder) throws Exception {
        var certificate = ServerCertificate.make(folder);
        try (var secure = ServerProcess.start("--tls-cert", certificate.chain().toString(), "--tls-key",
                certificate.key().toString()); var plain = DflockdClient.connect(secure.address())) {
            assertThatThrownBy(() -> plain.counters().get("c")).isInstanceOf(DflockdException.class)
                    .hasMessageContaining("speaks TLS at this port");
        }
        var options = ConnectionOptions.builder()
                .tls(TlsOptions.of(certificate.trusted()))
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        assertThatThrownBy(() -> Connection.dial(server.address(), options)).isInstanceOf(DflockdException.class)
                .hasMessageContaining("speaks no TLS at this port");
    }

    @Test
    void connectionThatTheServerHasNoRoomForIsNamed() throws Exception {
        try (var first = Connection.dial(second.address())) {
            assertThat(first.ping()).isTrue();
            try (var other = DflockdClient.connect(second.address())) {
                assertThatThrownBy(() -> other.counters().get("c")).isInstanceOf(DflockdException.class)
                        .hasMessageContaining("--max-connections");
            }
        }
    }

    @Test
    void longAnswersAreRead() throws Exception {
        try (var client = DflockdClient.connect(server.address())) {
            var value = "x".repeat(60_000);
            for (int i = 0; i < 40; i++) {
                client.lists().pushRight("edges/long", value);
            }

            assertThat(client.lists().range("edges/long", 0, -1)).hasSize(40).containsOnly(value);
        }
    }

    @Test
    void bytesStayBytes() throws Exception {
        try (var client = DflockdClient.connect(server.address())) {
            byte[] all = bytesBut('\t', '\n', '\r');
            client.values().bytes().set("edges/bytes", all);
            assertThat(client.values().bytes().get("edges/bytes")).hasValue(all);
            assertThat(client.values().bytes().compareAndSet("edges/bytes", all, new byte[]{1}, null)).isTrue();

            byte[] most = bytesBut('\n', '\r');
            client.lists().bytes().pushLeft("edges/queue", most);
            assertThat(client.lists().bytes().popRight("edges/queue", WAIT)).hasValue(most);
        }
    }

    @Test
    void oneStreamIsOverAllServers() throws Exception {
        try (var third = ServerProcess.start();
                var client = DflockdClient.builder().servers(List.of(server.address(), third.address())).build();
                var watches = client.watches();
                var signals = client.signals()) {
            watches.watch("edges.*");
            signals.listen("edges.>");
            var servers = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                servers.add(client.serverOf("edges." + i));
                client.values().set("edges." + i, "x");
                assertThat(watches.events().next(WAIT))
                        .hasValueSatisfying(event -> assertThat(event).isInstanceOfSatisfying(
                                WatchEvent.KeyChange.class,
                                change -> assertThat(change.kind()).isEqualTo(WatchEvent.Kind.KSET)));
                assertThat(client.emit("edges." + i, "hello")).isEqualTo(1);
                assertThat(signals.signals().next(WAIT)).contains(new Signal("edges." + i, "hello"));
            }
            assertThat(servers).hasSize(2);
            assertThat(client.ping(WAIT)).hasSize(2);
        }
    }

    private static byte[] bytesBut(int... excluded) {
        var bytes = new byte[256 - excluded.length];
        int length = 0;
        for (int octet = 0; octet < 256; octet++) {
            int candidate = octet;
            if (Arrays.stream(excluded).noneMatch(wrong -> wrong == candidate)) {
                bytes[length++] = (byte) octet;
            }
        }
        return bytes;
    }
}
