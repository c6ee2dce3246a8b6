package io.dflockd.service.access;

import io.dflockd.protocol.Octets;
import io.dflockd.service.SettingException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A token that somebody must show. Digests are compared, so the time that a comparison takes tells nothing of the token, nor
 * of its length.
 */
final class SecretToken {
    private static final Logger LOG = LoggerFactory.getLogger(SecretToken.class);
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final byte[] digest;

    private SecretToken(String token) {
        digest = TokenDigest.digest(Octets.ofText(token));
    }

    /** The token that is this text. Throws {@link SettingException} for one that no client could ever send. */
    static SecretToken of(String token, String flag, int maxBytes) {
        return checked(token, flag + ": the token", maxBytes);
    }

    /**
     * The token that the file holds, without what stands around it: white space, and the byte order mark that some editors
     * write. Throws {@link SettingException} for a file that cannot be read, and for a token that no client could ever send.
     */
    static SecretToken ofFile(Path file, String flag, int maxBytes) {
        var text = read(file, flag);
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            text = text.substring(1);
            LOG.atWarn().setMessage("byte order mark left out of the token").addKeyValue("file", file).log();
        }
        return checked(WhiteSpace.strip(text), flag + ": the token in " + file, maxBytes);
    }

    /** Whether these octets are the token. */
    boolean accepts(String octets) {
        return MessageDigest.isEqual(digest, TokenDigest.digest(octets));
    }

    boolean isSameAs(SecretToken other) {
        return MessageDigest.isEqual(digest, other.digest);
    }

    /** What it would be looked up by. */
    String credential() {
        return TokenDigest.credential(digest);
    }

    private static String read(Path file, String flag) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new SettingException(flag + ": cannot read " + file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new SettingException(flag + ": cannot read " + file + ": not UTF-8, must be", e);
        } catch (IOException e) {
            throw new SettingException(flag + ": cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static SecretToken checked(String token, String where, int maxBytes) {
        if (token.isEmpty()) {
            throw new SettingException(where + " is empty, must not be");
        }
        if (token.indexOf('\n') >= 0 || token.indexOf('\r') >= 0) {
            throw new SettingException(where + " has a line break, must not have one");
        }
        if (!token.equals(WhiteSpace.strip(token))) {
            throw new SettingException(where + " has blanks at its start or end, which clients cannot send");
        }
        int length = Octets.ofText(token).length();
        if (length > maxBytes) {
            throw new SettingException(
                    "%s has %d bytes, must have at most %d (--max-arg-bytes)".formatted(where, length, maxBytes));
        }
        return new SecretToken(token);
    }
}
