package io.dflockd.server;

import io.dflockd.protocol.Octets;
import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Knows the token that clients must send. Digests are compared, so the time that a comparison takes tells nothing of the
 * token, nor of its length.
 */
final class Authenticator {
    private final byte[] digest;

    private Authenticator(String token) {
        digest = digest(Octets.ofText(token));
    }

    /** Empty where no token is set. Throws {@link ConfigException} for a token that no client could ever send. */
    static Optional<Authenticator> of(ServerConfig config) {
        var file = config.authTokenFile();
        if (file.isPresent()) {
            var token = read(file.get()).strip();
            check(token, "--auth-token-file: the token in " + file.get(), config.maxArgBytes());
            return Optional.of(new Authenticator(token));
        }
        config.authToken().ifPresent(token -> check(token, "--auth-token: the token", config.maxArgBytes()));
        return config.authToken().map(Authenticator::new);
    }

    /** Whether these octets are the token. */
    boolean accepts(String octets) {
        return MessageDigest.isEqual(digest, digest(octets));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException("--auth-token-file: cannot read " + file + ": no such file", e);
        } catch (IOException e) {
            throw new ConfigException("--auth-token-file: cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static void check(String token, String where, int maxBytes) {
        if (token.isEmpty()) {
            throw new ConfigException(where + " is empty, must not be");
        }
        if (token.indexOf('\n') >= 0 || token.indexOf('\r') >= 0) {
            throw new ConfigException(where + " has a line break, must not have one");
        }
        if (!token.equals(token.strip())) {
            throw new ConfigException(where + " has blanks at its start or end, which clients cannot send");
        }
        int length = Octets.ofText(token).length();
        if (length > maxBytes) {
            throw new ConfigException(
                    "%s has %d bytes, must have at most %d (--max-arg-bytes)".formatted(where, length, maxBytes));
        }
    }

    private static byte[] digest(String octets) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(octets.getBytes(StandardCharsets.ISO_8859_1));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
