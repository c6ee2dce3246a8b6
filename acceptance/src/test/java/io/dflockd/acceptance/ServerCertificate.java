package io.dflockd.acceptance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for 127.0.0.1 that nobody else trusts.
 *
 * @param chain PEM
 * @param key PEM, PKCS #8
 * @param trusted trusts it, and nothing else
 */
public record ServerCertificate(Path chain, Path key, SSLContext trusted) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    public static ServerCertificate make(Path folder)
            throws GeneralSecurityException, IOException, InterruptedException {
        var file = folder.resolve("server.p12");
        var keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=127.0.0.1", "-ext",
                "san=ip:127.0.0.1", "-storetype", "PKCS12", "-storepass", new String(PASSWORD), "-keystore",
                file.toString()).redirectErrorStream(true).start();
        var said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
        var keys = KeyStore.getInstance(file.toFile(), PASSWORD);
        var chain = write(folder.resolve("server.crt"), "CERTIFICATE", keys.getCertificate("server").getEncoded());
        var key = write(folder.resolve("server.key"), "PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded());
        return new ServerCertificate(chain, key, trusting(keys));
    }

    private static Path write(Path file, String kind, byte[] bytes) throws IOException {
        var body = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(bytes);
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }

    private static SSLContext trusting(KeyStore keys) throws GeneralSecurityException, IOException {
        var authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        authorities.setCertificateEntry("server", keys.getCertificate("server"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
