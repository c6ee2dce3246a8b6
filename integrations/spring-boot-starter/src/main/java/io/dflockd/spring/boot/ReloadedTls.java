package io.dflockd.spring.boot;

import io.dflockd.client.TlsOptions;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * TLS by a bundle that may be updated: whoever asks for a socket factory gets that of the bundle as it is then. The client
 * asks for each connection. Connections that stand are left alone.
 */
final class ReloadedTls {
    private ReloadedTls() {}

    /** @throws org.springframework.boot.ssl.NoSuchSslBundleException when there is no such bundle */
    static TlsOptions of(SslBundles bundles, String name) {
        var bundle = bundles.getBundle(name);
        var current = new AtomicReference<>(bundle.createSslContext());
        bundles.addBundleUpdateHandler(name, updated -> current.set(updated.createSslContext()));
        return new TlsOptions(new Context(current::get), parameters(bundle), true);
    }

    private static @Nullable SSLParameters parameters(SslBundle bundle) {
        var options = bundle.getOptions();
        return options.isSpecified()
                ? new SSLParameters(options.getCiphers(), options.getEnabledProtocols())
                : null;
    }

    /** What is behind it may be another one each time. */
    private static final class Context extends SSLContext {
        Context(Supplier<SSLContext> current) {
            super(new Current(current), current.get().getProvider(), current.get().getProtocol());
        }
    }

    private static final class Current extends SSLContextSpi {
        private final Supplier<SSLContext> current;

        Current(Supplier<SSLContext> current) {
            this.current = current;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("the context is that of a bundle, and initialised");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return current.get().getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return current.get().getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return current.get().createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return current.get().createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return current.get().getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return current.get().getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return current.get().getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return current.get().getSupportedSSLParameters();
        }
    }
}
