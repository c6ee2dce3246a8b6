package io.dflockd.server;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * A record as one line of JSON. Whatever a name or a key is made of, it can neither end the line nor steer a terminal: all
 * that is no character to be seen is escaped.
 */
final class AuditLine {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
            .withZone(ZoneOffset.UTC);

    private AuditLine() {}

    /** The line, without its end. */
    static String of(Instant time, long number, String event, Map<String, ?> fields) {
        var line = new StringBuilder(256).append("{\"ts\":\"").append(TIME.format(time)).append("\",\"seq\":");
        line.append(number);
        put("event", event, line);
        fields.forEach((name, value) -> put(name, value, line));
        return line.append('}').toString();
    }

    private static void put(String name, Object value, StringBuilder line) {
        line.append(',');
        quote(name, line);
        line.append(':');
        if (value instanceof Number || value instanceof Boolean) {
            line.append(value);
        } else {
            quote(value.toString(), line);
        }
    }

    private static void quote(String text, StringBuilder line) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (isUnseen(c)) {
                line.append("\\u%04x".formatted((int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }

    private static boolean isUnseen(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED, Character.PRIVATE_USE ->
                true;
            // In pairs they are characters; alone they are nothing that UTF-8 could say.
            case Character.SURROGATE -> false;
            default -> false;
        };
    }
}
