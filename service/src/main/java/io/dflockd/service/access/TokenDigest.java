package io.dflockd.service.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 of a token, as the file of identities has it. Whoever reads it learns no token, if that was chosen at random. */
final class TokenDigest {
    private static final String ALGORITHM = "sha256:";
    private static final String LOOKED_UP_BY = "sha256 ";
    private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{64}");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9_-]{43}");

    private TokenDigest() {}

    /** What a token is looked up by. */
    static String of(String octets) {
        return credential(digest(octets));
    }

    static byte[] digest(String octets) {
        return digest(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What the token of an entry of the file is looked up by. The entry is not repeated where it is at fault: it may be a token. */
    static String parse(YamlItem item) {
        var text = item.text();
        if (text.startsWith(ALGORITHM)) {
            var digits = text.substring(ALGORITHM.length());
            if (HEX.matcher(digits).matches()) {
                return credential(HexFormat.of().parseHex(digits));
            }
            if (BASE64.matcher(digits).matches()) {
                return credential(Base64.getUrlDecoder().decode(digits));
            }
        }
        throw item.fault("must be sha256: and the digest of a token, in 43 characters of base64url or 64 of hex"
                + " (dflock token new makes both)");
    }

    /** Whether that is what a token is looked up by. */
    static boolean isOne(String credential) {
        return credential.startsWith(LOOKED_UP_BY);
    }

    /** What the token of this digest is looked up by. */
    static String credential(byte[] digest) {
        return LOOKED_UP_BY + HexFormat.of().formatHex(digest);
    }
}
