package io.dflockd.service.access;

import io.dflockd.protocol.Octets;
import io.dflockd.service.SettingException;
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
public final class Authenticator {
    private final byte[] digest;

    private Authenticator(String token) {
        digest = digest(Octets.ofText(token));
    }

    /** Empty where no token is set. Throws {@link SettingException} for a token that no client could ever send. */
    public static Optional<Authenticator> of(Optional<String> token, Optional<Path> tokenFile, int maxBytes) {
        if (tokenFile.isPresent()) {
            var content = read(tokenFile.get()).strip();
            check(content, "--auth-token-file: the token in " + tokenFile.get(), maxBytes);
            return Optional.of(new Authenticator(content));
        }
        token.ifPresent(text -> check(text, "--auth-token: the token", maxBytes));
        return token.map(Authenticator::new);
    }

    /** Whether these octets are the token. */
    public boolean accepts(String octets) {
        return MessageDigest.isEqual(digest, digest(octets));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new SettingException("--auth-token-file: cannot read " + file + ": no such file", e);
        } catch (IOException e) {
            throw new SettingException("--auth-token-file: cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static void check(String token, String where, int maxBytes) {
        if (token.isEmpty()) {
            throw new SettingException(where + " is empty, must not be");
        }
        if (token.indexOf('\n') >= 0 || token.indexOf('\r') >= 0) {
            throw new SettingException(where + " has a line break, must not have one");
        }
        if (!token.equals(token.strip())) {
            throw new SettingException(where + " has blanks at its start or end, which clients cannot send");
        }
        int length = Octets.ofText(token).length();
        if (length > maxBytes) {
            throw new SettingException(
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
