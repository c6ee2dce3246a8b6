package io.dflockd.http.route;

import io.avaje.json.JsonReader;
import io.avaje.json.stream.JsonStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON object that a request carries, of texts and whole numbers. All that throws throws a {@link ProblemException}. */
public final class JsonBody {
    private static final JsonStream JSON = JsonStream.builder().build();

    private final Map<String, Object> fields;

    private JsonBody(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** Reads the octets of an object that has no fields but these. */
    public static JsonBody parse(String octets, String... names) {
        var fields = new LinkedHashMap<String, Object>();
        try (JsonReader reader = JSON.reader(octets.getBytes(StandardCharsets.ISO_8859_1))) {
            reader.beginObject();
            while (reader.hasNextField()) {
                var name = reader.nextField();
                if (!Arrays.asList(names).contains(name)) {
                    throw Problem
                            .invalid(
                                    "there is no field \"%s\", valid are: %s".formatted(name, String.join(", ", names)))
                            .exception();
                }
                var former = fields.put(name, value(reader, name));
                if (former != null) {
                    throw Problem.invalid("\"" + name + "\" is given twice").exception();
                }
            }
            reader.endObject();
        } catch (ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            throw Problem.invalid("the body is no JSON object with the fields " + String.join(", ", names)).exception();
        }
        return new JsonBody(fields);
    }

    private static Object value(JsonReader reader, String name) {
        return switch (reader.currentToken()) {
            case STRING -> reader.readString();
            case NUMBER -> reader.readLong();
            default -> throw Problem.invalid(name + " must be a text or a whole number").exception();
        };
    }

    public boolean has(String name) {
        return fields.containsKey(name);
    }

    /** A whole number of seconds. Throws where it is not there, or not within these bounds. */
    public Duration seconds(String name, long least, long most) {
        if (fields.get(name) instanceof Long seconds && seconds >= least && seconds <= most) {
            return Duration.ofSeconds(seconds);
        }
        throw Problem.invalid("%s: a whole number of seconds from %d to %d must be given".formatted(name, least, most))
                .exception();
    }

    /** A text that is not blank. */
    public String text(String name, int longest) {
        @Nullable Object value = fields.get(name);
        if (!(value instanceof String text) || text.isBlank() || text.length() > longest) {
            throw Problem.invalid("%s: a text of 1 to %d characters must be given".formatted(name, longest))
                    .exception();
        }
        return text;
    }

    /** A whole number above 0, which may be written as a text, because some languages have no large numbers. */
    public long number(String name) {
        @Nullable Object value = fields.get(name);
        try {
            long number = value instanceof Long given ? given : value instanceof String text ? Long.parseLong(text) : 0;
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw Problem.invalid(name + ": a whole number above 0 must be given").exception();
    }
}
