package io.dflockd.service.stats;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Octets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes strings as JSON in the way of the existing dflockd server (Go): with the three characters escaped that matter
 * to HTML, and the two line separators that matter to JavaScript. So answers are equal to the byte. Bytes that are no
 * UTF-8 become U+FFFD.
 */
public final class Json {
    private static final int ASCII_LIMIT = 0x80;
    /** What is looked at and decoded at once. */
    private static final int PIECE = 8 * 1024;
    private static final int LONGEST_CHARACTER = 4;
    private static final @Nullable String[] ESCAPES = escapes();

    private Json() {}

    /** The octets of an array of strings, without blanks. */
    static String array(List<String> octetStrings) {
        var out = new OctetBuffer(PIECE);
        new JsonArray(octetStrings).write(out, Integer.MAX_VALUE);
        return Octets.ofBytes(out.array(), 0, out.length());
    }

    /** The octets of a string, in quotation marks. */
    public static String quote(String octets) {
        var out = new OctetBuffer(octets.length() + 2);
        out.put('"');
        for (int at = 0; at < octets.length();) {
            at = putPiece(octets, at, out);
        }
        out.put('"');
        return Octets.ofBytes(out.array(), 0, out.length());
    }

    /** Appends a piece of a string, without quotation marks. Returns where the next begins. */
    static int putPiece(String octets, int from, OctetBuffer out) {
        int to = pieceEnd(octets, from);
        putPiece(octets, from, to, out);
        return to;
    }

    /** Where a piece may end: not inside a character. */
    private static int pieceEnd(String octets, int from) {
        if (octets.length() - from <= PIECE) {
            return octets.length();
        }
        int to = from + PIECE;
        // After three bytes that continue a character there can be no fourth that does.
        for (int i = 1; i < LONGEST_CHARACTER && isContinuation(octets.charAt(to)); i++) {
            to--;
        }
        return isContinuation(octets.charAt(to)) ? to + LONGEST_CHARACTER - 1 : to;
    }

    private static boolean isContinuation(char octet) {
        return (octet & 0xc0) == 0x80;
    }

    private static void putPiece(String octets, int from, int to, OctetBuffer out) {
        int at = from;
        while (at < to) {
            char octet = octets.charAt(at);
            if (octet < ASCII_LIMIT) {
                putAscii(octet, out);
                at++;
            } else {
                int end = at + 1;
                while (end < to && octets.charAt(end) >= ASCII_LIMIT) {
                    end++;
                }
                putText(Octets.toText(octets.substring(at, end)), out);
                at = end;
            }
        }
    }

    private static void putAscii(char c, OctetBuffer out) {
        var escape = ESCAPES[c];
        if (escape == null) {
            out.put(c);
        } else {
            out.put(escape);
        }
    }

    /** Text without ASCII. */
    private static void putText(String text, OctetBuffer out) {
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            var escape = switch (text.charAt(i)) {
                case '\u2028' -> "\\u2028";
                case '\u2029' -> "\\u2029";
                case '\ufffd' -> "\\ufffd";
                default -> null;
            };
            if (escape != null) {
                out.put(Octets.ofText(text.substring(start, i))).put(escape);
                start = i + 1;
            }
        }
        out.put(Octets.ofText(text.substring(start)));
    }

    private static @Nullable String[] escapes() {
        var escapes = new @Nullable String[ASCII_LIMIT];
        for (int c = 0; c < ' '; c++) {
            escapes[c] = "\\u00%02x".formatted(c);
        }
        for (char c : new char[]{'<', '>', '&'}) {
            escapes[c] = "\\u00%02x".formatted((int) c);
        }
        escapes['"'] = "\\\"";
        escapes['\\'] = "\\\\";
        escapes['\n'] = "\\n";
        escapes['\r'] = "\\r";
        escapes['\t'] = "\\t";
        escapes['\b'] = "\\b";
        escapes['\f'] = "\\f";
        return escapes;
    }
}
