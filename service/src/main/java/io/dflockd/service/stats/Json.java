package io.dflockd.service.stats;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Octets;
import java.util.List;

/**
 * Writes strings as JSON in the way of the existing dflockd server (Go): with the three characters escaped that matter
 * to HTML, and the two line separators that matter to JavaScript. So answers are equal to the byte.
 */
public final class Json {
    private static final char FIRST_PRINTABLE = ' ';
    private static final char FIRST_NOT_ASCII = 0x7f;
    /** Two quotation marks and a bracket. */
    private static final int MIN_QUOTED_EXTRA = 3;
    private static final String HEX = "0123456789abcdef";

    private Json() {}

    /**
     * Appends an array of octet strings, without blanks. Bytes that are no UTF-8 become U+FFFD. Gives up, with part of it
     * appended, where the buffer would become longer than {@code maxLength}: false then.
     */
    public static boolean putArray(List<String> octetStrings, OctetBuffer out, long maxLength) {
        out.put('[');
        boolean first = true;
        for (var octets : octetStrings) {
            if (!first) {
                out.put(',');
            }
            first = false;
            // Quoted it may be six times as long; to find that out takes the room of one value only.
            if (out.length() + octets.length() + MIN_QUOTED_EXTRA > maxLength) {
                return false;
            }
            putQuoted(octets, out);
        }
        out.put(']');
        return out.length() <= maxLength;
    }

    private static void putQuoted(String octets, OctetBuffer out) {
        for (int i = 0; i < octets.length(); i++) {
            if (!isPlain(octets.charAt(i))) {
                out.put(Octets.ofText(quote(octets)));
                return;
            }
        }
        out.put('"').put(octets).put('"');
    }

    private static boolean isPlain(char c) {
        return c >= FIRST_PRINTABLE && c < FIRST_NOT_ASCII && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
    }

    /** The text of a string, in quotation marks. */
    public static String quote(String octets) {
        var json = new StringBuilder();
        quote(Octets.toText(octets), json);
        return json.toString();
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            quote(text.charAt(i), json);
        }
        json.append('"');
    }

    private static void quote(char c, StringBuilder json) {
        switch (c) {
            case '"', '\\' -> json.append('\\').append(c);
            case '\n' -> json.append("\\n");
            case '\r' -> json.append("\\r");
            case '\t' -> json.append("\\t");
            case '\b' -> json.append("\\b");
            case '\f' -> json.append("\\f");
            case '<', '>', '&', '\u2028', '\u2029', '\ufffd' -> escape(c, json);
            default -> {
                if (c < FIRST_PRINTABLE) {
                    escape(c, json);
                } else {
                    json.append(c);
                }
            }
        }
    }

    private static void escape(char c, StringBuilder json) {
        json.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            json.append(HEX.charAt((c >> shift) & 0xf));
        }
    }
}
