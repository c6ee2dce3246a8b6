package shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.DflockdException;
import io.dflockd.test.DflockdTestServer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** An SSL bundle that changes while the program runs. */
@Timeout(180)
class CertificateTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir Path folder;

    @Test
    void connectionsThatAreMadeAfterAnUpdateGoByTheNewCertificates() throws Exception {
        Path old = issue("old");
        Path next = issue("next");
        Path trusted = Files.copy(old, folder.resolve("trusted.pem"));
        try (DflockdTestServer first = start(old);
                DflockdTestServer second = start(next);
                ConfigurableApplicationContext context = new SpringApplicationBuilder(Shop.class)
                        .web(WebApplicationType.NONE)
                        .run("--dflockd.shards[0]=" + first.address(), "--dflockd.shards[1]=" + second.address(),
                                "--dflockd.ssl.bundle=locks", "--dflockd.leadership.auto-startup=false",
                                "--spring.ssl.bundle.pem.locks.truststore.certificate=" + trusted.toUri(),
                                "--spring.ssl.bundle.pem.locks.reload-on-update=true",
                                "--spring.ssl.bundle.watch.file.quiet-period=100ms")) {
            DflockdClient client = context.getBean(DflockdClient.class);
            String elsewhere = keyAt(client, second);
            Lease held = client.lock(keyAt(client, first)).acquire();
            assertThatThrownBy(() -> client.lock(elsewhere).tryAcquire())
                    .hasStackTraceContaining(SSLHandshakeException.class.getName());

            Files.copy(next, folder.resolve("new.pem"));
            Files.move(folder.resolve("new.pem"), trusted, StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);

            awaitLock(client, elsewhere);
            assertThat(held.isValid()).isTrue();
        }
    }

    private static void awaitLock(DflockdClient client, String key) throws InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            try (Lease lease = client.lock(key).acquire(Duration.ofSeconds(10))) {
                assertThat(lease.isValid()).isTrue();
                return;
            } catch (DflockdException e) {
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).as("%s", e).isLessThan(Duration.ofSeconds(60));
            }
        }
    }

    private DflockdTestServer start(Path certificate) {
        String name = certificate.toString();
        return DflockdTestServer.start("--tls-cert", name, "--tls-key", name.replace(".pem", ".key"));
    }

    private static String keyAt(DflockdClient client, DflockdTestServer server) {
        int i = 0;
        while (client.serverOf("key-" + i).port() != server.port()) {
            i++;
        }
        return "key-" + i;
    }

    /** A certificate for this machine, with its key beside it. */
    private Path issue(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process tool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "server", "-keyalg", "RSA", "-dname", "CN=" + name, "-ext", "san=ip:127.0.0.1",
                "-ext", "bc:c", "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass",
                String.valueOf(PASSWORD)).inheritIO().start();
        assertThat(tool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded()));
        return Files.writeString(folder.resolve(name + ".pem"),
                pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }
}
