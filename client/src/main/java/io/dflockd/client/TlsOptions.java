package io.dflockd.client;

import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How to speak TLS with a server.
 *
 * @param context where trust and keys come from; asked again for every connection
 * @param parameters protocols, ciphers and the like; null for those of the context
 * @param verifyHostname whether the server's certificate must be for the host that was dialled
 */
public record TlsOptions(SSLContext context, @Nullable SSLParameters parameters, boolean verifyHostname) {
    /** The trust store of the JVM, and host names verified. */
    public static TlsOptions ofDefault() {
        try {
            return of(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no default TLS context", e);
        }
    }

    /** This context, and host names verified. */
    public static TlsOptions of(SSLContext context) {
        return new TlsOptions(context, null, true);
    }

    /**
     * Accepts a trusted certificate whatever name it is for. Whoever has any certificate of the same authority can then
     * pose as the server.
     */
    public TlsOptions withoutHostnameVerification() {
        return new TlsOptions(context, parameters, false);
    }
}
