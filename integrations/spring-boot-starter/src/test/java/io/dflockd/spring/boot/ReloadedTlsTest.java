package io.dflockd.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.TlsOptions;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A bundle that changes while the program runs. */
@Timeout(120)
class ReloadedTlsTest {
    @TempDir private Path folder;

    private record Issued(Path certificate, Path key) {}

    private Issued issue(String name) throws Exception {
        var issued = new CertificateBuilder().subject("CN=" + name)
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        return new Issued(Files.writeString(folder.resolve(name + ".pem"), issued.getCertificatePathPEM()),
                Files.writeString(folder.resolve(name + ".key"), issued.getPrivateKeyPEM()));
    }

    private static DflockdServer start(Issued issued) {
        return DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "off")
                .set(Setting.TLS_CERT, issued.certificate().toString())
                .set(Setting.TLS_KEY, issued.key().toString())
                .build());
    }

    @Test
    void connectionsThatAreMadeAfterAnUpdateGoByTheNewCertificates() throws Exception {
        var old = issue("old");
        var next = issue("next");
        var trusted = Files.copy(old.certificate(), folder.resolve("trusted.pem"));
        try (var first = start(old); var second = start(next)) {
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class))
                    .withPropertyValues("dflockd.shards[0]=127.0.0.1:" + first.address().getPort(),
                            "dflockd.shards[1]=127.0.0.1:" + second.address().getPort(), "dflockd.ssl.bundle=locks",
                            "spring.ssl.bundle.pem.locks.reload-on-update=true",
                            "spring.ssl.bundle.watch.file.quiet-period=100ms",
                            "spring.ssl.bundle.pem.locks.truststore.certificate=" + trusted.toUri())
                    .run(context -> {
                        var client = context.getBean(DflockdClient.class);
                        var there = keyAt(client, first);
                        var elsewhere = keyAt(client, second);
                        var held = client.lock(there).acquire();
                        assertThatThrownBy(() -> client.lock(elsewhere).tryAcquire())
                                .hasRootCauseInstanceOf(java.security.cert.CertPathBuilderException.class)
                                .hasStackTraceContaining(SSLHandshakeException.class.getName());

                        Files.copy(next.certificate(), folder.resolve("new.pem"));
                        Files.move(folder.resolve("new.pem"), trusted, StandardCopyOption.REPLACE_EXISTING,
                                StandardCopyOption.ATOMIC_MOVE);

                        Eventually.await("the new certificate is trusted", Duration.ofSeconds(60), () -> {
                            try {
                                client.lock(elsewhere).acquire(Duration.ofSeconds(10)).close();
                                return true;
                            } catch (Exception e) {
                                return false;
                            }
                        });
                        assertThat(held.isValid()).isTrue();
                        held.close();
                    });
        }
    }

    @Test
    void keyProtocolsAndCiphersOfTheBundleAreThoseOfTheConnection() throws Exception {
        var own = issue("own");
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
                .withPropertyValues("spring.ssl.bundle.pem.locks.keystore.certificate=" + own.certificate().toUri(),
                        "spring.ssl.bundle.pem.locks.keystore.private-key=" + own.key().toUri(),
                        "spring.ssl.bundle.pem.locks.truststore.certificate=" + own.certificate().toUri(),
                        "spring.ssl.bundle.pem.locks.options.enabled-protocols=TLSv1.2",
                        "spring.ssl.bundle.pem.locks.options.ciphers=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
                .run(context -> {
                    var tls = ReloadedTls.of(context.getBean(SslBundles.class), "locks");
                    var seen = shakenHands(tls);
                    assertThat(seen.getProtocol()).isEqualTo("TLSv1.2");
                    assertThat(seen.getCipherSuite()).endsWith("_WITH_AES_256_GCM_SHA384");
                    assertThat(seen.getPeerPrincipal().getName()).isEqualTo("CN=own");
                });
    }

    /** What a server sees that asks for a certificate. */
    private static SSLSession shakenHands(TlsOptions tls) throws Exception {
        try (var listening = (SSLServerSocket) tls.context()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(true);
            var seen = CompletableFuture.supplyAsync(() -> {
                try (var accepted = (SSLSocket) listening.accept()) {
                    accepted.startHandshake();
                    accepted.getOutputStream().write(1);
                    return accepted.getSession();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            try (var client = (SSLSocket) tls.context()
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
                client.setSSLParameters(tls.parameters());
                client.startHandshake();
                assertThat(client.getInputStream().read()).isEqualTo(1);
            }
            return seen.get(30, TimeUnit.SECONDS);
        }
    }

    private static String keyAt(DflockdClient client, DflockdServer server) {
        for (int i = 0;; i++) {
            if (client.serverOf("key-" + i).port() == server.address().getPort()) {
                return "key-" + i;
            }
        }
    }
}
