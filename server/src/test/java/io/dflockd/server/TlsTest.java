package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.WireClient;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
    @TempDir Path folder;

    private Path certificate;
    private Path key;

    @BeforeEach
    void paths() {
        certificate = folder.resolve("cert.pem");
        key = folder.resolve("key.pem");
    }

    private X509Bundle issue(String name, Instant modified) throws Exception {
        return issue(name, modified, CertificateBuilder.Algorithm.ecp256);
    }

    private X509Bundle issue(String name, Instant modified, CertificateBuilder.Algorithm algorithm) throws Exception {
        var bundle = new CertificateBuilder()
                .algorithm(algorithm)
                .subject("CN=" + name)
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(certificate, bundle.getCertificatePathPEM());
        Files.writeString(key, bundle.getPrivateKeyPEM());
        Files.setLastModifiedTime(certificate, FileTime.from(modified));
        return bundle;
    }

    private ServerConfig.Builder config() {
        return ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.TLS_CERT, certificate.toString())
                .set(Setting.TLS_KEY, key.toString());
    }

    private static SSLSocket connect(DflockdServer server, X509Bundle trusted)
            throws IOException, GeneralSecurityException {
        return (SSLSocket) context(trusted).getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
    }

    private static SSLContext context(X509Bundle trusted) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("server", trusted.getCertificate());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void theProtocolIsSpokenInsideTls() throws Exception {
        var bundle = issue("one", Instant.now());
        try (var server = DflockdServer.start(config().build());
                var client = new WireClient(connect(server, bundle));
                var plain = WireClient.connect(server.address())) {
            assertThat(client.ask("l", "jobs", "0")).startsWith("ok ");
            assertThat(client.ask("kset", "k", "v".repeat(60_000) + "\t0")).isEqualTo("ok");
            assertThat(client.ask("kget", "k", "")).hasSize(60_003);
            assertThat(plain.ask("l", "jobs", "0")).doesNotStartWith("ok");
        }
    }

    @Test
    void aChangedCertificateIsUsedWithoutARestart() throws Exception {
        issue("one", Instant.now().minusSeconds(60));
        try (var server = DflockdServer.start(config().build())) {
            var renewed = issue("two", Instant.now());

            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            var subject = "";
            while (!subject.equals("CN=two") && System.nanoTime() < deadline) {
                try (var socket = connect(server, renewed)) {
                    socket.startHandshake();
                    subject = socket.getSession().getPeerPrincipal().getName();
                } catch (javax.net.ssl.SSLException e) {
                    assertThat(e).hasMessageContaining("path");
                }
            }
            assertThat(subject).isEqualTo("CN=two");
        }
    }

    /** Tools that make the same bytes each time give all files one time; the key that was to go stayed in force. */
    @Test
    void aChangedCertificateOfTheSameTimeAndSizeIsUsedToo() throws Exception {
        var time = FileTime.from(Instant.EPOCH);
        issue("one", Instant.now().minusSeconds(60));
        long length = Files.size(certificate);
        long keyLength = Files.size(key);
        Files.setLastModifiedTime(certificate, time);
        Files.setLastModifiedTime(key, time);
        try (var server = DflockdServer.start(config().build())) {
            var renewed = issue("two", Instant.now());
            while (Files.size(certificate) != length || Files.size(key) != keyLength) {
                renewed = issue("two", Instant.now());
            }
            Files.setLastModifiedTime(certificate, time);
            Files.setLastModifiedTime(key, time);

            var unused = server.reload();

            assertThat(subjectAt(server, renewed)).isEqualTo("CN=two");
        }
    }

    @Test
    void aClientWithoutACertificateIsRefusedWhereOneIsDemanded() throws Exception {
        var bundle = issue("one", Instant.now());
        var config = config().set(Setting.TLS_CLIENT_CA, certificate.toString()).build();
        try (var server = DflockdServer.start(config); var client = new WireClient(connect(server, bundle))) {
            assertThatThrownBy(() -> {
                var answer = client.ask("ping", "", "");
                assertThat(answer).as("an answer without a certificate").isEqualTo(WireClient.END);
                throw new IOException("closed");
            }).isInstanceOfAny(IOException.class, java.io.UncheckedIOException.class);
        }
    }

    @Test
    void aCertificateThatIsReplacedBeforeItsKeyWaitsForIt() throws Exception {
        var former = issue("one", Instant.now().minusSeconds(60));
        var formerKey = Files.readString(key);
        try (var server = DflockdServer.start(config().build())) {
            var renewed = issue("two", Instant.now());
            var renewedKey = Files.readString(key);
            Files.writeString(key, formerKey);

            // The files are looked at once a second; for longer than that the former pair must serve.
            long looked = System.nanoTime() + Duration.ofMillis(1500).toNanos();
            while (System.nanoTime() < looked) {
                assertThat(subjectAt(server, former)).isEqualTo("CN=one");
            }

            Files.writeString(key, renewedKey);
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            var subject = "";
            while (!subject.equals("CN=two") && System.nanoTime() < deadline) {
                try {
                    subject = subjectAt(server, renewed);
                } catch (javax.net.ssl.SSLException e) {
                    assertThat(e).hasMessageContaining("path");
                }
            }
            assertThat(subject).isEqualTo("CN=two");
        }
    }

    private static String subjectAt(DflockdServer server, X509Bundle trusted) throws Exception {
        try (var socket = connect(server, trusted)) {
            socket.startHandshake();
            return socket.getSession().getPeerPrincipal().getName();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"rsa2048", "ecp256", "ecp384", "ed25519"})
    void aKeyOfAnotherCertificateStopsTheStart(CertificateBuilder.Algorithm algorithm) throws Exception {
        for (var other : List.of(algorithm, CertificateBuilder.Algorithm.rsa2048)) {
            issue("other", Instant.now(), other);
            var otherKey = Files.readString(key);
            issue("one", Instant.now(), algorithm);
            DflockdServer.start(config().build()).close();
            Files.writeString(key, otherKey);

            assertThatThrownBy(() -> DflockdServer.start(config().build()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "--tls-cert %s, --tls-key %s: the key is not that of the certificate (the first in its file), "
                                    + "must be",
                            certificate, key);
        }
    }

    @Test
    void aClientCannotBeginTheHandshakeAnew() throws Exception {
        var bundle = issue("one", Instant.now());
        try (var server = DflockdServer.start(config().build()); var socket = connect(server, bundle)) {
            socket.setEnabledProtocols(new String[]{"TLSv1.2"});
            var client = new WireClient(socket);
            assertThat(client.ask("l", "jobs", "0")).startsWith("ok ");

            assertThatThrownBy(() -> {
                socket.startHandshake();
                assertThat(client.ask("ping", "_", "")).isEqualTo(WireClient.END);
                throw new IOException("closed");
            }).isInstanceOfAny(IOException.class, java.io.UncheckedIOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aConnectionThatIsResumedIsServed(String version) throws Exception {
        var bundle = issue("one", Instant.now());
        try (var server = DflockdServer.start(config().build())) {
            var factory = context(bundle).getSocketFactory();
            for (int i = 0; i < 3; i++) {
                var socket = (SSLSocket) factory.createSocket(
                        server.address().getAddress(), server.address().getPort());
                socket.setEnabledProtocols(new String[]{version});
                try (var client = new WireClient(socket)) {
                    assertThat(client.ask("kset", "k", "v".repeat(60_000) + "\t0")).isEqualTo("ok");
                    assertThat(client.ask("kget", "k", "")).hasSize(60_003);
                }
            }
        }
    }

    @Test
    void filesThatAreNoCertificateStopTheStart() throws IOException {
        Files.writeString(certificate, "nonsense");
        Files.writeString(key, "nonsense");

        assertThatThrownBy(() -> DflockdServer.start(config().build()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--tls-cert " + certificate)
                .hasMessageContaining("PEM");
        assertThatThrownBy(() -> ServerConfig.builder().set(Setting.TLS_CERT, "x").build())
                .hasMessage("--tls-cert and --tls-key must be given both or neither");
    }
}
