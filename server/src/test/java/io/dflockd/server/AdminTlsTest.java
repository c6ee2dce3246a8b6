package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin listener under TLS. */
class AdminTlsTest {
    private static final Duration LONG = Duration.ofSeconds(15);

    @TempDir Path folder;

    private X509Bundle authority;
    private Path certificate;
    private Path key;

    @BeforeEach
    void makeCertificates() throws Exception {
        authority = new CertificateBuilder().subject("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
        certificate = folder.resolve("cert.pem");
        key = folder.resolve("key.pem");
        writeCertificate("CN=server");
    }

    private void writeCertificate(String subject) throws Exception {
        var own = new CertificateBuilder().subject(subject).addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
        Files.writeString(key, own.getPrivateKeyPEM());
        Files.writeString(certificate, own.getCertificatePathPEM());
    }

    private ServerConfig.Builder config() throws Exception {
        var identities = Files.writeString(folder.resolve("identities.yaml"), """
                identities:
                  - name: on-call
                    certificates: ["CN=on-call"]
                    tokens: ["%s"]
                    rules: [{allow: [observe, release, sessions], keys: ["*"]}]
                  - name: viewer
                    tokens: ["%s"]
                    rules: [{allow: [observe], keys: ["*"]}]
                """.formatted(IdentitiesTest.digest("t-on-call"), IdentitiesTest.digest("t-viewer")));
        return ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.ADMIN_TLS_CERT, certificate.toString())
                .set(Setting.ADMIN_TLS_KEY, key.toString())
                .set(Setting.ADMIN_TLS_CLIENT_CA,
                        Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM()).toString())
                .set(Setting.IDENTITIES, identities.toString());
    }

    private SSLContext context(@Nullable String subject) throws Exception {
        KeyManager[] keys = subject == null
                ? null
                : new CertificateBuilder().subject(subject)
                        .buildIssuedBy(authority)
                        .toKeyManagerFactory()
                        .getKeyManagers();
        var context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[]{authority.toTrustManager()}, null);
        return context;
    }

    private HttpClient client(@Nullable String subject) throws Exception {
        return HttpClient.newBuilder().sslContext(context(subject)).version(HttpClient.Version.HTTP_1_1).build();
    }

    private static HttpResponse<String> get(DflockdServer server, HttpClient client, String path, String... headers)
            throws Exception {
        var request = HttpRequest.newBuilder(uri(server, path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(DflockdServer server, String path) {
        return URI.create("https://127.0.0.1:" + server.adminAddress().orElseThrow().getPort() + path);
    }

    @Test
    void aCertificateSaysWhoAsksAndATokenMayNotSayOtherwise() throws Exception {
        try (var server = DflockdServer.start(config().build())) {
            var onCall = client("CN=on-call");
            assertThat(get(server, onCall, "/api/v1/whoami").body()).startsWith("{\"name\":\"on-call\"");
            assertThat(get(server, onCall, "/api/v1/whoami", "Authorization", "Bearer t-on-call").statusCode())
                    .isEqualTo(200);
            var other = get(server, onCall, "/api/v1/whoami", "Authorization", "Bearer t-viewer");
            assertThat(other.statusCode()).isEqualTo(401);
            assertThat(other.body()).contains("the token is that of another than the certificate");
            var ending = onCall.send(
                    HttpRequest.newBuilder(uri(server, "/api/v1/sessions/77"))
                            .header("Content-Type", "application/json")
                            .method("DELETE", HttpRequest.BodyPublishers.ofString("{\"reason\":\"gone\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(ending.statusCode()).as("may end sessions, and there is none of that number").isEqualTo(404);

            var unknown = client("CN=nobody-of-the-file");
            assertThat(get(server, unknown, "/api/v1/locks").statusCode()).isEqualTo(401);
            assertThat(get(server, unknown, "/api/v1/whoami", "Authorization", "Bearer t-viewer").body())
                    .startsWith("{\"name\":\"viewer\"");
            assertThat(get(server, client(null), "/livez").body()).as("probes have no certificate").isEqualTo("ok\n");
        }
    }

    @Test
    void whereClientsNeedACertificateNobodyDoesHereWhatTheyDoWithoutOne() throws Exception {
        var ca = Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
        var config = ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.TLS_CERT, certificate.toString())
                .set(Setting.TLS_KEY, key.toString())
                .set(Setting.TLS_CLIENT_CA, ca.toString());
        try (var server = DflockdServer.start(config.build())) {
            assertThat(get(server, client(null), "/api/v1/values/k").statusCode()).isEqualTo(401);
            assertThat(get(server, client(null), "/api/v1/status").statusCode()).isEqualTo(200);
            assertThat(get(server, client("CN=anybody"), "/api/v1/values/k").statusCode())
                    .as("there is none, and he may know")
                    .isEqualTo(404);
        }
    }

    @Test
    void cookiesAreForTlsOnly() throws Exception {
        try (var server = DflockdServer.start(config().build())) {
            var login = client(null).send(
                    HttpRequest.newBuilder(uri(server, "/api/v1/login"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"token\":\"t-viewer\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(login.headers().firstValue("Set-Cookie").orElse(""))
                    .endsWith("; HttpOnly; SameSite=Strict; Secure");
        }
    }

    /** Nothing older, in which a client could have the handshake done over and over. */
    @Test
    void whoSpeaksNoTlsOrAnOldOneGetsNothing() throws Exception {
        try (var server = DflockdServer.start(config().build())) {
            var address = server.adminAddress().orElseThrow();
            try (var plain = new java.net.Socket(address.getAddress(), address.getPort())) {
                plain.getOutputStream()
                        .write("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                        .doesNotContain("HTTP");
            }
            var old = (SSLSocket) context(null).getSocketFactory()
                    .createSocket(address.getAddress(), address.getPort());
            old.setEnabledProtocols(new String[]{"TLSv1.2"});
            assertThatThrownBy(old::startHandshake).isInstanceOf(SSLHandshakeException.class);
            old.close();
            assertThat(get(server, client(null), "/livez").body()).isEqualTo("ok\n");
        }
    }

    private String shown(DflockdServer server) {
        var address = server.adminAddress().orElseThrow();
        try (var socket = (SSLSocket) context(null).getSocketFactory()
                .createSocket(address.getAddress(), address.getPort())) {
            socket.startHandshake();
            return socket.getSession().getPeerPrincipal().getName();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void changedFilesAreReadAgainAndOnesThatAreOfNoUseAreNot() throws Exception {
        try (var server = DflockdServer.start(config().build())) {
            assertThat(shown(server)).isEqualTo("CN=server");

            writeCertificate("CN=renewed");
            Eventually.await("the new certificate", LONG, Duration.ofMillis(200),
                    () -> shown(server).equals("CN=renewed"));
            Files.writeString(certificate, "nonsense of another length");
            Eventually.await("the failure", LONG, Duration.ofMillis(200), () -> metrics(server).contains(
                    "dflockd_reloads_total{outcome=\"failed\",what=\"certificate\"} 1.0"));

            assertThat(shown(server)).isEqualTo("CN=renewed");
            assertThat(metrics(server)).contains(
                    "dflockd_certificate_expiry_timestamp_seconds{listener=\"admin\"}",
                    "dflockd_reloads_total{outcome=\"done\",what=\"certificate\"} ");
        }
    }

    @Test
    void whatIsReadAgainOnRequestIsCountedAsWhatItIs() throws Exception {
        var audit = folder.resolve("audit.log");
        try (var server = DflockdServer.start(config().set(Setting.AUDIT_LOG, audit.toString()).build())) {
            writeCertificate("CN=renewed");
            server.reload();
            Files.writeString(certificate, "nonsense of another length");
            assertThatThrownBy(server::reload).isInstanceOf(ConfigException.class);

            // The handshake of who asks looks at the files too, where the last look was a while ago.
            assertThat(metrics(server)).contains("dflockd_reloads_total{outcome=\"done\",what=\"certificate\"} 1.0")
                    .containsPattern("dflockd_reloads_total\\{outcome=\"failed\",what=\"certificate\"} [12]\\.0")
                    .contains("dflockd_reloads_total{outcome=\"failed\",what=\"identities\"} 0.0");
        }
        assertThat(Files.readAllLines(audit)).filteredOn(line -> line.contains("\"event\":\"access.reloaded\""))
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"certificates\":1", "\"outcome\":\"done\""),
                        line -> assertThat(line).contains("\"outcome\":\"failed\""));
    }

    private String metrics(DflockdServer server) {
        try {
            return get(server, client(null), "/metrics").body();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theCertificateOfClientsServesToo() throws Exception {
        var config = ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "0")
                .set(Setting.TLS_CERT, certificate.toString())
                .set(Setting.TLS_KEY, key.toString());
        try (var server = DflockdServer.start(config.build())) {
            assertThat(get(server, client(null), "/readyz").body()).isEqualTo("ok\n");
        }
        try (var server = DflockdServer.start(config.set(Setting.ADMIN_TLS, "false").build())) {
            var plain = URI.create("http://127.0.0.1:" + server.adminAddress().orElseThrow().getPort() + "/readyz");
            assertThat(HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(plain).build(), HttpResponse.BodyHandlers.ofString())
                    .body()).isEqualTo("ok\n");
        }
        for (var wrong : List.of("--admin-tls-cert and --admin-tls false exclude each other",
                "--admin-tls-cert and --admin-tls-key must be given both or neither")) {
            var builder = ServerConfig.builder().set(Setting.ADMIN_TLS_CERT, certificate.toString());
            if (wrong.contains("false")) {
                builder.set(Setting.ADMIN_TLS_KEY, key.toString()).set(Setting.ADMIN_TLS, "false");
            }
            assertThatThrownBy(builder::build).hasMessage(wrong);
        }
    }
}
