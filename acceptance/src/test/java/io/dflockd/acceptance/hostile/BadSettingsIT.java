package io.dflockd.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.ServerCertificate;
import io.dflockd.acceptance.ServerProcess;
import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Settings that would lock everybody out are refused, or mended. */
@Timeout(180)
class BadSettingsIT {
    private static final int CONFIGURATION_ERROR = 2;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir Path folder;

    @Test
    void aTokenThatEndsInANoBreakSpaceDoesNotLockEverybodyOut() throws Exception {
        tokenIsRefusedOrStripped("s3cret\u00a0\n");
    }

    @Test
    void aByteOrderMarkIsNotPartOfTheToken() throws Exception {
        tokenIsRefusedOrStripped("\ufeffs3cret\n");
    }

    @Test
    void aCertificateThatDoesNotFitItsKeyStopsTheStart() throws Exception {
        var one = certificate("one");
        var other = certificate("other");
        var process = new ProcessBuilder(ServerProcess.PROGRAM.toString(), "--port", "0", "--tls-cert",
                one.chain().toString(), "--tls-key", other.key().toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(process.exitValue()).isEqualTo(CONFIGURATION_ERROR);
            assertThat(Files.readString(folder.resolve("log"))).contains("tls-");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aCertificateReplacedBeforeItsKeyLeavesTheFormerPairInForce() throws Exception {
        var inForce = certificate("one");
        var next = certificate("two");
        try (var server = ServerProcess.start("--tls-cert", inForce.chain().toString(), "--tls-key",
                inForce.key().toString())) {
            assertThat(served(server, inForce)).isTrue();
            int before = server.log().size();
            Files.copy(next.chain(), inForce.chain(), StandardCopyOption.REPLACE_EXISTING);
            // The server looks at most once a second, so it has looked when it says so.
            Eventually.await("the pair is looked at", DEADLINE, () -> {
                assertThat(served(server, inForce)).as("a handshake").isTrue();
                return server.log().size() > before;
            });
            assertThat(served(server, inForce)).isTrue();
            Files.copy(next.key(), inForce.key(), StandardCopyOption.REPLACE_EXISTING);
            Eventually.await("the new pair is in force", DEADLINE, () -> served(server, next));
        }
    }

    @Test
    void renegotiationIsRefused() throws Exception {
        var certificate = certificate("one");
        try (var server = ServerProcess.start("--tls-cert", certificate.chain().toString(), "--tls-key",
                certificate.key().toString());
                var socket = connect(server, certificate)) {
            socket.setEnabledProtocols(new String[]{"TLSv1.2"});
            assertThat(ping(socket)).isEqualTo("ok\n");
            var session = socket.getSession();
            try {
                socket.startHandshake();
                ping(socket);
            } catch (IOException e) {
                assertThat(e).as("how it is refused").isNotInstanceOf(SocketTimeoutException.class);
                assertThat(e.getCause() instanceof SocketTimeoutException).as("refused by silence").isFalse();
                return;
            }
            assertThat(socket.getSession()).as("no new handshake").isEqualTo(session);
        }
    }

    private void tokenIsRefusedOrStripped(String content) throws Exception {
        var file = Files.writeString(folder.resolve("token"), content);
        ServerProcess server;
        try {
            server = ServerProcess.start("--auth-token-file", file.toString());
        } catch (IllegalStateException e) {
            assertThat(e.getCause()).hasMessageContaining("auth-token-file");
            return;
        }
        try (server; var target = new Target(server.socketAddress(), "", "", new SplittableRandom(1), 1)) {
            assertThat(target.stranger().ask("auth", "_", "s3cret")).isEqualTo("ok");
        }
    }

    private ServerCertificate certificate(String name) throws Exception {
        return ServerCertificate.make(Files.createDirectory(folder.resolve(name)));
    }

    private static boolean served(ServerProcess server, ServerCertificate trusted) {
        try (var socket = connect(server, trusted)) {
            return ping(socket).equals("ok\n");
        } catch (IOException e) {
            return false;
        }
    }

    private static SSLSocket connect(ServerProcess server, ServerCertificate trusted) {
        try {
            var address = server.socketAddress();
            var socket = (SSLSocket) trusted.trusted()
                    .getSocketFactory()
                    .createSocket(address.getAddress(), address.getPort());
            socket.setSoTimeout((int) DEADLINE.toMillis());
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ping(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("ping\n_\n\n".getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes("ok\n".length()), StandardCharsets.US_ASCII);
    }
}
