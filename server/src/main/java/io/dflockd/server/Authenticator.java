package io.dflockd.server;

import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import java.util.Optional;

/** Knows the token that clients must send. */
final class Authenticator {
    private static final String FLAG = "--auth-token";
    private static final String FILE_FLAG = "--auth-token-file";

    private final SecretToken token;

    private Authenticator(SecretToken token) {
        this.token = token;
    }

    /** Empty where no token is set. Throws {@link ConfigException} for a token that no client could ever send. */
    static Optional<Authenticator> of(ServerConfig config) {
        return config.authTokenFile()
                .map(file -> SecretToken.ofFile(file, FILE_FLAG, config.maxArgBytes()))
                .or(() -> config.authToken().map(text -> SecretToken.of(text, FLAG, config.maxArgBytes())))
                .map(Authenticator::new);
    }

    boolean knows(SecretToken other) {
        return token.isSameAs(other);
    }

    /** Whether these octets are the token. */
    boolean accepts(String octets) {
        return token.accepts(octets);
    }
}
