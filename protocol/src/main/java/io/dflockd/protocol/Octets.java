package io.dflockd.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Converts between text and strings of octets, in which each {@code char} is one byte of the wire. */
public final class Octets {
    private static final int ASCII_LIMIT = 0x80;

    private Octets() {}

    /** The octets of the text's UTF-8 form. */
    public static String ofText(String text) {
        return isAscii(text) ? text : new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    /** The octets read as UTF-8; a malformed sequence becomes U+FFFD. */
    public static String toText(String octets) {
        return isAscii(octets) ? octets : new String(octets.getBytes(ISO_8859_1), UTF_8);
    }

    /** The string of the bytes from {@code from} to {@code to}, exclusive. */
    public static String ofBytes(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, ISO_8859_1);
    }

    private static boolean isAscii(String string) {
        for (int i = 0; i < string.length(); i++) {
            if (string.charAt(i) >= ASCII_LIMIT) {
                return false;
            }
        }
        return true;
    }
}
