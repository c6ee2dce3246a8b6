package io.dflockd.service.access;

import io.dflockd.service.SettingException;
import java.nio.file.Path;
import java.util.Optional;

/** Knows the token that some must show: all clients, or those who may also do what hurts others, such as {@code revoke}. */
public final class Authenticator {
    private static final String FLAG = "--auth-token";
    private static final String FILE_FLAG = "--auth-token-file";
    private static final String ADMIN_FLAG = "--admin-token-file";

    private final SecretToken token;

    private Authenticator(SecretToken token) {
        this.token = token;
    }

    /** Of all clients; empty where no token is set. Throws {@link SettingException} for one that none could ever send. */
    public static Optional<Authenticator> ofClients(Optional<String> token, Optional<Path> tokenFile, int maxBytes) {
        return tokenFile.map(file -> SecretToken.ofFile(file, FILE_FLAG, maxBytes))
                .or(() -> token.map(text -> SecretToken.of(text, FLAG, maxBytes)))
                .map(Authenticator::new);
    }

    /**
     * Of administrators; empty where no token is set. Throws {@link SettingException} for one that none could ever send,
     * and for the one that all clients have.
     */
    public static Optional<Authenticator> ofAdmins(
            Optional<Path> tokenFile, int maxBytes, Optional<Authenticator> clients) {
        return tokenFile.map(file -> {
            var token = SecretToken.ofFile(file, ADMIN_FLAG, maxBytes);
            if (clients.isPresent() && clients.get().token.isSameAs(token)) {
                throw new SettingException(
                        ADMIN_FLAG + ": the token in " + file + " is that of all clients, must be another");
            }
            return new Authenticator(token);
        });
    }

    /** Whether these octets are the token. */
    public boolean accepts(String octets) {
        return token.accepts(octets);
    }

    /** What the token would be looked up by among others. */
    String credential() {
        return token.credential();
    }
}
