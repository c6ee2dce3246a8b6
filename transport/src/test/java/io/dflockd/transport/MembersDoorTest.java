package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.testkit.WireClient;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may pass clients on, and how. */
class MembersDoorTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    /** From 127.0.0.9, port 4660. */
    private static final String ADDRESSES = "7f000009" + "00000000" + "1234" + "0000";
    private static final int TIMEOUT_MS = 20_000;

    @TempDir Path folder;

    private static Socket send(TestMember member, byte[] bytes) throws IOException {
        var socket = new Socket(member.relayAddress().getAddress(), member.relayAddress().getPort());
        socket.setSoTimeout(TIMEOUT_MS);
        socket.getOutputStream().write(bytes);
        return socket;
    }

    private static Socket send(TestMember member, String hex) throws IOException {
        return send(member, HexFormat.of().parseHex(hex));
    }

    private static boolean hasEnded(InputStream in) throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true; // it did not read what was sent
        }
    }

    @Test
    void whoIsIntroducedIsServedAsWhoItIs() throws IOException {
        try (var member = new TestMember("n1")) {
            member.lead(1);
            try (var socket = send(member, SIGNATURE + "21" + "11" + "0010" + ADDRESSES + "e0000100")) {
                assertThat(socket.getInputStream().read()).isEqualTo(Relay.WELCOME);
                try (var client = new WireClient(socket)) {
                    client.ask("l", "k", "0");
                    assertThat(client.ask("holders", "k", "")).contains("\"peer\":\"127.0.0.9:4660\"");
                }
            }
        }
    }

    @Test
    void aClientOfIpVersion6IsIntroducedToo() throws IOException {
        try (var member = new TestMember("n1")) {
            member.lead(1);
            var addresses = "20010db8000000000000000000000001" + "00".repeat(16) + "1234" + "0000";
            try (var socket = send(member, SIGNATURE + "21" + "21" + "0028" + addresses + "e0000100")) {
                assertThat(socket.getInputStream().read()).isEqualTo(Relay.WELCOME);
                try (var client = new WireClient(socket)) {
                    client.ask("l", "k", "0");
                    assertThat(client.ask("holders", "k", "")).contains("[2001:db8:0:0:0:0:0:1]:4660");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            SIGNATURE + "21" + "11" + "000c" + ADDRESSES, // does not say by which entrance
            SIGNATURE + "21" + "11" + "0010" + ADDRESSES + "e0000109", // by one that there is not
            SIGNATURE + "21" + "11" + "0010" + ADDRESSES + "e1000100", // another field
            SIGNATURE + "20" + "00" + "0004" + "e0000100", // for itself
            SIGNATURE + "31" + "11" + "0010" + ADDRESSES + "e0000100", // version 3
            SIGNATURE + "21" + "11" + "ffff" + ADDRESSES + "e0000100", // too long
            SIGNATURE + "21" + "11" + "0004" + "e0000100", // too short for its addresses
            "0d0a0d0a000d0a515549540b" + "21110010" + ADDRESSES + "e0000100"})
    void aWrongHeaderIsNotLetIn(String hex) throws IOException {
        try (var member = new TestMember("n1")) {
            member.lead(1);
            try (var socket = send(member, hex + "00".repeat(64))) {
                assertThat(hasEnded(socket.getInputStream())).isTrue();
            }
            assertThat(member.connections.size()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 127.0.0.9 127.0.0.1 4660 1\r\n", "incr\nc\n1\nincr\nc\n1\nincr\nc\n1\n"})
    void whoSpeaksSomethingElseIsNotLetIn(String text) throws IOException {
        try (var member = new TestMember("n1")) {
            member.lead(1);
            try (var socket = send(member, text.getBytes(StandardCharsets.ISO_8859_1))) {
                assertThat(hasEnded(socket.getInputStream())).isTrue();
            }
        }
    }

    @Test
    void whoSaysNothingIsNotLetIn() throws IOException {
        try (var member = new TestMember("n1"); var socket = send(member, SIGNATURE)) {
            assertThat(hasEnded(socket.getInputStream())).isTrue();
        }
    }

    @Test
    void aMemberThatDoesNotLeadLetsNobodyIn() throws IOException {
        try (var member = new TestMember("n1");
                var socket = send(member, SIGNATURE + "21" + "11" + "0010" + ADDRESSES + "e0000100")) {
            assertThat(hasEnded(socket.getInputStream())).isTrue();
        }
    }

    @Test
    void aMemberWithOtherSettingsForClientsIsRefused() throws IOException {
        try (var member = new TestMember("n1")) {
            member.lead(1);
            try (var socket = send(member, SIGNATURE + "21" + "11" + "0010" + ADDRESSES + "e0000102")) {
                assertThat(socket.getInputStream().read()).isEqualTo(Relay.REFUSED);
                assertThat(hasEnded(socket.getInputStream())).isTrue();
            }
        }
    }

    @Test
    void membersKnowEachOtherByTheirCertificates() throws Exception {
        var peers = peerFiles("127.0.0.1", "a");
        var options = TestMember.Options.usual().peerTls(peers);
        try (var leader = new TestMember("n1", options);
                var follower = new TestMember("n2", options);
                var stranger = new TestMember("n3", TestMember.Options.usual().peerTls(peerFiles("127.0.0.1", "b")))) {
            leader.lead(1);
            follower.follow(leader, 1);
            stranger.follow(leader, 1);
            try (var client = follower.connect()) {
                assertThat(client.ask("incr", "c", "1")).isEqualTo("ok 1");
                client.sendRaw("incr\nc\n1\n".repeat(3000));
                client.halfClose();
                for (int i = 2; i <= 3001; i++) {
                    assertThat(client.line()).isEqualTo("ok " + i);
                }
                client.expectEnd();
            }
            try (var socket = send(leader, SIGNATURE + "21" + "11" + "0010" + ADDRESSES + "e0000100")) {
                socket.getInputStream().readAllBytes(); // the alert of TLS, then the end
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
            try (var client = stranger.connect()) {
                client.send("incr", "c", "1");
                leader.followNobody(2);
                assertThat(client.hasLine()).isFalse();
            }
            assertThat(leader.connections.size()).isZero();
        }
    }

    @Test
    void aCertificateForAnotherHostIsNotThatOfTheLeader() throws Exception {
        var peers = peerFiles("127.0.0.2", "a");
        var options = TestMember.Options.usual().peerTls(peers).longestWait(Duration.ofSeconds(1));
        try (var leader = new TestMember("n1", options); var follower = new TestMember("n2", options)) {
            leader.lead(1);
            follower.follow(leader, 1);
            try (var client = follower.connect()) {
                client.send("incr", "c", "1");
                client.expectEnd();
            }
        }
    }

    @Test
    void theTlsOfAClientGoesThroughTheFollowerToTheLeader() throws Exception {
        var clients = TlsFiles.of(
                Optional.of(write("c.pem", bundle("127.0.0.1").getCertificatePathPEM())),
                Optional.of(folder.resolve("c.key")),
                Optional.empty(), false).orElseThrow();
        var options = TestMember.Options.usual().peerTls(peerFiles("127.0.0.1", "a")).clientTls(clients);
        try (var leader = new TestMember("n1", options); var follower = new TestMember("n2", options)) {
            leader.lead(1);
            follower.follow(leader, 1);
            try (var client = WireClient.connectTls(follower.address())) {
                assertThat(client.ask("kset", "k", "v".repeat(60_000) + "\t0")).isEqualTo("ok");
                assertThat(client.ask("kget", "k", "")).hasSize(60_003);
            }
            try (var plain = follower.connect()) {
                plain.send("ping", "_", "");
                assertThatThrownBy(() -> {
                    while (!plain.line().equals(WireClient.END)) {
                        // an alert of TLS has no line feed, or has
                    }
                    throw new IOException("the end");
                }).isInstanceOfAny(IOException.class, UncheckedIOException.class);
            }
        }
    }

    private X509Bundle bundle(String host) throws Exception {
        var bundle = new CertificateBuilder()
                .subject("CN=member")
                .addSanIpAddress(host)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        write("c.key", bundle.getPrivateKeyPEM());
        return bundle;
    }

    private TlsFiles peerFiles(String host, String prefix) throws Exception {
        var bundle = bundle(host);
        var certificate = write(prefix + ".pem", bundle.getCertificatePathPEM());
        return TlsFiles.ofPeers(certificate, write(prefix + ".key", bundle.getPrivateKeyPEM()), certificate);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
