package io.dflockd.cli.call;

import io.dflockd.cli.line.UsageException;
import io.dflockd.client.TlsOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whom to trust in TLS, and who to be. */
final class TlsContexts {
    private TlsContexts() {}

    /** The authorities in a PEM file, and host names verified. */
    static TlsOptions trusting(Path authorities, KeyManager @Nullable [] identity) {
        try (var in = Files.newInputStream(authorities)) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + count++, certificate);
            }
            if (count == 0) {
                throw new UsageException("--tls-ca: no certificate in " + authorities);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return TlsOptions.of(context(identity, trust.getTrustManagers()));
        } catch (IOException e) {
            throw new UsageException("--tls-ca: cannot read " + authorities);
        } catch (CertificateException e) {
            throw new UsageException("--tls-ca: " + authorities + " holds no PEM certificates");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /** The authorities that Java trusts. */
    static TlsOptions trustingTheUsual(KeyManager[] identity) {
        try {
            return TlsOptions.of(context(identity, null));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    static TlsOptions trustingAnybody(KeyManager @Nullable [] identity) {
        try {
            return TlsOptions.of(context(identity, new TrustManager[]{new TrustsAnybody()}))
                    .withoutHostnameVerification();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    private static SSLContext context(KeyManager @Nullable [] identity, TrustManager @Nullable [] trust)
            throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(identity, trust, null);
        return context;
    }

    /** Behind a flag that says so. */
    private static final class TrustsAnybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
