package io.dflockd.service.stats;

import io.dflockd.protocol.Octets;
import java.util.List;

/**
 * Writes strings as JSON in the way of the existing dflockd server (Go): with the three characters escaped that matter
 * to HTML, and the two line separators that matter to JavaScript. So answers are equal to the byte.
 */
public final class Json {
    private static final char FIRST_PRINTABLE = ' ';

    private Json() {}

    /** The octets of an array of strings, without blanks. Bytes that are no UTF-8 become U+FFFD. */
    public static String array(List<String> octetStrings) {
        var json = new StringBuilder("[");
        for (var octets : octetStrings) {
            if (json.length() > 1) {
                json.append(',');
            }
            quote(Octets.toText(octets), json);
        }
        return Octets.ofText(json.append(']').toString());
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
        json.append("\\u%04x".formatted((int) c));
    }
}
