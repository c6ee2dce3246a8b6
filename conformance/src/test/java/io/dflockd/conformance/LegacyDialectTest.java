package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testkit.FreePorts;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The port for old clients: every transcript once more, with grants and renewals that have no fence. */
@Tag("extension")
class LegacyDialectTest {
    static Stream<Named<Transcript>> transcripts() throws IOException, URISyntaxException {
        return TranscriptTest.transcripts();
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void plain(Transcript transcript) {
        play(transcript, false);
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void overTls(Transcript transcript) {
        play(transcript, true);
    }

    @Test
    void bothPortsServeTheSameKeys() {
        Assumptions.assumeFalse(Target.isElsewhere(), "needs a server with both ports");
        int port = FreePorts.one();
        try (var server = OwnServers.start(List.of("--legacy-host", "127.0.0.1", "--legacy-port", "" + port));
                var current = WireClient.connect(server.address());
                var old = WireClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            var token = current.askToken("l", "k", "0");
            assertThat(old.ask("l", "k", "0")).isEqualTo("timeout");
            assertThat(old.ask("n", "k", token)).isEqualTo("ok 33");
            old.send("l", "k", "20");

            assertThat(current.ask("r", "k", token)).isEqualTo("ok");

            assertThat(old.line()).matches("ok [0-9a-f]{32} 33");
        }
    }

    private static void play(Transcript transcript, boolean tls) {
        try (var conversation = new Conversation(Target.legacy(tls, transcript.options().toArray(String[]::new)))) {
            transcript.play(conversation);
        }
    }
}
