package io.dflockd.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.netty.pkitesting.CertificateBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
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

    private static String keyAt(DflockdClient client, DflockdServer server) {
        for (int i = 0;; i++) {
            if (client.serverOf("key-" + i).port() == server.address().getPort()) {
                return "key-" + i;
            }
        }
    }
}
