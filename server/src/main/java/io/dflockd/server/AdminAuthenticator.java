package io.dflockd.server;

import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import java.util.Optional;

/** Knows the token of those who may also do what hurts others, such as {@code revoke}. */
final class AdminAuthenticator {
    private static final String FLAG = "--admin-token-file";

    private final SecretToken token;

    private AdminAuthenticator(SecretToken token) {
        this.token = token;
    }

    /**
     * Empty where no admin token is set. Throws {@link ConfigException} for one that no client could ever send, and for the
     * one that all clients have.
     */
    static Optional<AdminAuthenticator> of(ServerConfig config, Optional<Authenticator> all) {
        return config.adminTokenFile().map(file -> {
            var token = SecretToken.ofFile(file, FLAG, config.maxArgBytes());
            if (all.filter(authenticator -> authenticator.knows(token)).isPresent()) {
                throw new ConfigException(
                        FLAG + ": the token in " + file + " is that of all clients, must be another");
            }
            return new AdminAuthenticator(token);
        });
    }

    /** Whether these octets are the admin token. */
    boolean acceptsAdmin(String octets) {
        return token.accepts(octets);
    }
}
