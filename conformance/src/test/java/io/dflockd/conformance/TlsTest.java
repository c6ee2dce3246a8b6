package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transcripts show that TLS carries the lines; this shows which TLS, and that there is no way round it. */
class TlsTest {
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsAreSpoken(String version) throws IOException {
        try (var wire = Target.with(true).connect()) {
            var socket = (SSLSocket) wire.socket();
            socket.setEnabledProtocols(new String[]{version});
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
            assertThat(wire.ask("get", "tls-test", "")).isEqualTo("ok 0");
        }
    }

    @Test
    void plainTextIsNotAnswered() {
        var plain = new Target(Target.with(true).address(), false);
        try (var wire = plain.connect()) {
            wire.send("get", "c", "").expectEnd();
        }
    }

    @Test
    void longAnswersSpanManyRecords() {
        try (var talk = new Conversation(Target.with(true))) {
            var a = talk.client("A");
            for (int i = 1; i <= 1000; i++) {
                a.ask("rpush", talk.key("l"), "x".repeat(200), "ok " + i);
            }
            assertThat(a.send("lrange", talk.key("l"), "0 -1").line()).hasSize("ok []".length() + 1000 * 203 - 1);
        }
    }
}
