package io.dflockd.cli.call;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dflockd.cli.line.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** What a server with {@code --tls-client-ca} wants to see: a certificate and that its key is at hand. */
final class ClientIdentity {
    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private ClientIdentity() {}

    /** @throws UsageException when the files do not hold them */
    static KeyManager[] of(Path certificate, Path key) {
        var chain = chain(certificate);
        var password = new char[0];
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("client", privateKey(key, chain[0].getPublicKey().getAlgorithm()), password, chain);
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            return keys.getKeyManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw new UsageException(
                    "--tls-key: " + key + " cannot be used with " + certificate + ": " + e.getMessage());
        }
    }

    private static Certificate[] chain(Path file) {
        try (var in = Files.newInputStream(file)) {
            var chain = CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(Certificate[]::new);
            if (chain.length == 0) {
                throw new UsageException("--tls-cert: no certificate in " + file);
            }
            return chain;
        } catch (IOException e) {
            throw new UsageException("--tls-cert: cannot read " + file);
        } catch (CertificateException e) {
            throw new UsageException("--tls-cert: " + file + " holds no PEM certificates");
        }
    }

    private static PrivateKey privateKey(Path file, String algorithm) throws GeneralSecurityException {
        String text;
        try {
            text = new String(Files.readAllBytes(file), US_ASCII);
        } catch (IOException e) {
            throw new UsageException("--tls-key: cannot read " + file);
        }
        var found = KEY.matcher(text);
        if (!found.find() || !ALGORITHMS.contains(algorithm)) {
            throw new UsageException("--tls-key: " + file + " holds no private key in PKCS #8 without a password;"
                    + " openssl pkcs8 -topk8 -nodes -in " + file + " makes one");
        }
        try {
            var bytes = Base64.getMimeDecoder().decode(found.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (GeneralSecurityException e) {
            throw new UsageException(
                    "--tls-key: the key in " + file + " does not belong to the certificate: that has one of kind "
                            + algorithm);
        }
    }
}
