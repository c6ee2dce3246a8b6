package io.dflockd.client.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a JSON array of strings, all the JSON that this library has to read. Not thread-safe. */
public final class JsonStrings {
    private static final int HEX_DIGITS = 4;
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";

    private final String json;
    private int at;

    private JsonStrings(String json) {
        this.json = json;
    }

    /** The strings; null if the text is anything else. */
    public static @Nullable List<String> parse(String json) {
        return new JsonStrings(json).array();
    }

    private @Nullable List<String> array() {
        if (!skip('[')) {
            return null;
        }
        var strings = new ArrayList<String>();
        if (!skip(']')) {
            do {
                var string = string();
                if (string == null) {
                    return null;
                }
                strings.add(string);
            } while (skip(','));
            if (!skip(']')) {
                return null;
            }
        }
        blanks();
        return at == json.length() ? List.copyOf(strings) : null;
    }

    private @Nullable String string() {
        if (!skip('"')) {
            return null;
        }
        var text = new StringBuilder();
        while (at < json.length()) {
            char c = json.charAt(at++);
            if (c == '"') {
                return text.toString();
            }
            if (c == '\\' && !escape(text)) {
                return null;
            } else if (c != '\\') {
                text.append(c);
            }
        }
        return null;
    }

    private boolean escape(StringBuilder text) {
        if (at >= json.length()) {
            return false;
        }
        char c = json.charAt(at++);
        int known = ESCAPES.indexOf(c);
        if (known >= 0) {
            text.append(ESCAPED.charAt(known));
            return true;
        }
        if (c != 'u' || at + HEX_DIGITS > json.length()) {
            return false;
        }
        int unit = 0;
        for (int i = 0; i < HEX_DIGITS; i++) {
            int digit = Character.digit(json.charAt(at++), 16);
            if (digit < 0) {
                return false;
            }
            unit = unit * 16 + digit;
        }
        text.append((char) unit);
        return true;
    }

    private boolean skip(char c) {
        blanks();
        if (at < json.length() && json.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void blanks() {
        while (at < json.length() && json.charAt(at) == ' ') {
            at++;
        }
    }
}
