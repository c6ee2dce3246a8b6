package io.dflockd.transport;

import io.dflockd.service.SettingException;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;

/** A certificate, the chain above it, and its private key. What was read belongs together: the key was tried. */
record TlsPair(PrivateKey key, List<X509Certificate> chain) {
    private static final byte[] SAMPLE = "what the key signs and the certificate verifies"
            .getBytes(StandardCharsets.US_ASCII);
    private static final PSSParameterSpec PSS = new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32,
            PSSParameterSpec.TRAILER_FIELD_BC);

    /** Throws {@link SettingException}, which names the {@code files}, for those that cannot be read, are no such thing, or do not belong together. */
    static TlsPair read(String files, Path certificate, Path key) {
        TlsPair pair;
        try (InputStream chain = Files.newInputStream(certificate); InputStream secret = Files.newInputStream(key)) {
            pair = new TlsPair(Pem.key(secret), List.of(Pem.certificates(chain)));
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw new SettingException(
                    "%s: must be a certificate chain and its private key (PKCS #8), both PEM: %s".formatted(files,
                            reason(e)),
                    e);
        }
        if (!pair.fits()) {
            throw new SettingException(
                    files + ": the key is not that of the certificate (the first in its file), must be");
        }
        return pair;
    }

    /** Whether the certificate verifies what the key signs. Who else reads keys may name its kind otherwise, so it is read anew. */
    private boolean fits() {
        var open = chain.get(0).getPublicKey();
        try {
            var signer = signature(open);
            signer.initSign(KeyFactory.getInstance(open.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded())));
            signer.update(SAMPLE);
            var signed = signer.sign();
            var verifier = signature(open);
            verifier.initVerify(open);
            verifier.update(SAMPLE);
            return verifier.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // they are not even of one kind
        }
    }

    private static Signature signature(PublicKey key) throws GeneralSecurityException {
        var algorithm = key.getAlgorithm();
        var signature = Signature.getInstance(switch (algorithm) {
            case "RSA", "DSA" -> "SHA256with" + algorithm;
            case "EC" -> "SHA256withECDSA";
            default -> algorithm;
        });
        if (algorithm.equals("RSASSA-PSS")) {
            signature.setParameter(PSS);
        }
        return signature;
    }

    private static String reason(Exception e) {
        var message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
    }

    /** Netty's reader of PEM, which it only shows to heirs. */
    private abstract static class Pem extends SslContext {
        static X509Certificate[] certificates(InputStream in) throws GeneralSecurityException {
            return toX509Certificates(in);
        }

        static PrivateKey key(InputStream in) throws GeneralSecurityException, IOException {
            return toPrivateKey(in, null);
        }
    }
}
