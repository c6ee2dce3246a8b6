package io.dflockd.junit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the answers of the admin listener: objects are maps, arrays lists, numbers doubles or longs. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** The object, an {@link IllegalArgumentException} where it is none. */
    static Map<String, Object> object(String text) {
        var json = new Json(text);
        if (json.value() instanceof Map<?, ?> map) {
            return typed(map);
        }
        throw json.wrong("an object");
    }

    static List<Map<String, Object>> objects(@Nullable Object array) {
        var objects = new ArrayList<Map<String, Object>>();
        if (array instanceof List<?> list) {
            for (var one : list) {
                if (one instanceof Map<?, ?> map) {
                    objects.add(typed(map));
                }
            }
        }
        return objects;
    }

    private static Map<String, Object> typed(Map<?, ?> map) {
        var typed = new LinkedHashMap<String, Object>();
        map.forEach((name, value) -> typed.put(String.valueOf(name), value));
        return typed;
    }

    private Object value() {
        return switch (next()) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> members() {
        var members = new LinkedHashMap<String, Object>();
        expect('{');
        while (next() != '}') {
            var name = string();
            expect(':');
            members.put(name, value());
            skip(',');
        }
        expect('}');
        return members;
    }

    private List<Object> elements() {
        var elements = new ArrayList<Object>();
        expect('[');
        while (next() != ']') {
            elements.add(value());
            skip(',');
        }
        expect(']');
        return elements;
    }

    private String string() {
        var string = new StringBuilder();
        expect('"');
        while (peek() != '"') {
            char c = text.charAt(at++);
            string.append(c == '\\' ? escaped() : c);
        }
        expect('"');
        return string.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> c;
        };
    }

    private Object word() {
        int from = at;
        while (at < text.length() && ",]} \n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        var word = text.substring(from, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> "";
            default -> number(word);
        };
    }

    private Object number(String word) {
        try {
            return word.matches("-?\\d+") ? (Object) Long.valueOf(word) : Double.valueOf(word);
        } catch (NumberFormatException e) {
            throw wrong("a value");
        }
    }

    private char next() {
        while (Character.isWhitespace(peek())) {
            at++;
        }
        return peek();
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (next() != c) {
            throw wrong("'" + c + "'");
        }
        at++;
    }

    private void skip(char c) {
        if (next() == c) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("no JSON, as " + expected + " is not at " + at + " in: " + text);
    }
}
