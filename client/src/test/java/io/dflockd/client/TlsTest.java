package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.ConnectionFailedException;
import java.io.FileInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir private static Path directory;
    private static SSLContext right;
    private static SSLContext wrongName;

    @BeforeAll
    static void makeCertificates() throws Exception {
        right = certificateFor("right", "ip:127.0.0.1");
        wrongName = certificateFor("wrong", "dns:elsewhere.example");
    }

    @Test
    void requestsTravelThroughTls() throws Exception {
        try (var server = new FakeServer(listener(right))) {
            var dialling = dial(server, TlsOptions.of(right));
            var peer = server.accept();
            var served = FakeServer.run(() -> peer.expect("get", "c", "").send("ok 5"));
            try (var connection = dialling.join()) {
                assertThat(connection.counters().get("c")).isEqualTo(5);
            }
            served.join();
            peer.expectEnd();
        }
    }

    @Test
    void certificateForAnotherHostIsRefusedUnlessAskedNotTo() throws Exception {
        try (var server = new FakeServer(listener(wrongName))) {
            var refused = dial(server, TlsOptions.of(wrongName));
            var ignored = FakeServer.run(() -> server.accept().request());
            assertThatThrownBy(refused::join).cause()
                    .isInstanceOf(ConnectionFailedException.class)
                    .hasMessageContaining("127.0.0.1");

            var accepted = dial(server, TlsOptions.of(wrongName).withoutHostnameVerification());
            var peer = server.accept();
            var unused = FakeServer.run(peer::request);
            accepted.join().close();
        }
    }

    @Test
    void certificateOfAnUnknownAuthorityIsRefused() throws Exception {
        try (var server = new FakeServer(listener(right))) {
            var refused = dial(server, TlsOptions.of(wrongName));
            var ignored = FakeServer.run(() -> server.accept().request());

            assertThatThrownBy(refused::join).cause().isInstanceOf(ConnectionFailedException.class);
        }
    }

    @Test
    void dialTimeoutCoversTheHandshake() throws Exception {
        try (var server = new FakeServer()) {
            var options = ConnectionOptions.builder()
                    .tls(TlsOptions.of(right))
                    .connectTimeout(Duration.ofMillis(200))
                    .build();

            assertThatThrownBy(() -> Connection.dial(server.address(), options))
                    .isInstanceOf(ConnectionFailedException.class)
                    .hasMessageContaining("200 ms");
        }
    }

    @Test
    void cancelledDialEndsInTheHandshake() throws Exception {
        try (var server = new FakeServer()) {
            var dialling = dial(server, TlsOptions.of(right));
            var peer = server.accept();

            dialling.cancel(false);

            FakeServer.eventually(() -> peer.isEnded());
        }
    }

    private static CompletableFuture<Connection> dial(FakeServer server, TlsOptions tls) {
        return Connection.dialAsync(server.address(), ConnectionOptions.builder().tls(tls).build());
    }

    private static ServerSocket listener(SSLContext context) throws Exception {
        return context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    private static SSLContext certificateFor(String name, String san) throws Exception {
        var file = directory.resolve(name + ".p12").toString();
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        int status = new ProcessBuilder(keytool, "-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name,
                "-ext", "san=" + san, "-validity", "2", "-storetype", "PKCS12", "-storepass", "changeit", "-keystore",
                file).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        assertThat(status).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (var in = new FileInputStream(file)) {
            store.load(in, PASSWORD);
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(name, store.getCertificate(name));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
