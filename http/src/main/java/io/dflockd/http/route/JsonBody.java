package io.dflockd.http.route;

import io.avaje.json.JsonReader;
import io.avaje.json.stream.JsonStream;
import io.dflockd.protocol.Octets;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON object that a request carries, of texts and numbers. All that throws throws a {@link ProblemException}. */
public final class JsonBody {
    private static final JsonStream JSON = JsonStream.builder().build();

    /** What has more digits behind the point is no duration, and would be costly to round. */
    private static final int MAX_SCALE = 18;

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
        requireEnd(octets);
        return new JsonBody(fields);
    }

    /**
     * The reader does not say where it stopped. What it read has no object within the object, so that ends with the first brace
     * that stands in no text.
     */
    private static void requireEnd(String octets) {
        boolean isText = false;
        int at = octets.indexOf('{') + 1;
        for (; at < octets.length() && (isText || octets.charAt(at) != '}'); at++) {
            if (octets.charAt(at) == '"') {
                isText = !isText;
            } else if (octets.charAt(at) == '\\') {
                at++;
            }
        }
        if (octets.chars().skip(at + 1).anyMatch(octet -> " \t\r\n".indexOf(octet) < 0)) {
            throw Problem.invalid("there is something behind the JSON object of the body").exception();
        }
    }

    private static Object value(JsonReader reader, String name) {
        return switch (reader.currentToken()) {
            case STRING -> reader.readString();
            case NUMBER -> reader.readDecimal();
            default -> throw Problem.invalid(name + " must be a text or a number").exception();
        };
    }

    public boolean has(String name) {
        return fields.containsKey(name);
    }

    /** A whole number of seconds. Throws where it is not there, or not within these bounds. */
    public Duration seconds(String name, long least, long most) {
        @Nullable Long seconds = whole(name);
        if (seconds != null && seconds >= least && seconds <= most) {
            return Duration.ofSeconds(seconds);
        }
        throw Problem.invalid("%s: a whole number of seconds from %d to %d must be given".formatted(name, least, most))
                .exception();
    }

    /** A number of seconds, which may have a fraction, in milliseconds. Throws where it is not within these bounds. */
    public long milliseconds(String name, long leastMs, long mostSeconds, long byDefault) {
        @Nullable Object value = fields.get(name);
        if (value == null) {
            return byDefault;
        }
        if (value instanceof BigDecimal seconds && Math.abs(seconds.scale()) <= MAX_SCALE && seconds.signum() >= 0
                && seconds.compareTo(BigDecimal.valueOf(mostSeconds)) <= 0) {
            long ms = seconds.movePointRight(3).setScale(0, RoundingMode.HALF_UP).longValue();
            if (ms >= leastMs) {
                return ms;
            }
        }
        throw Problem.invalid("%s: a number of seconds from %s to %d must be given".formatted(
                name, BigDecimal.valueOf(leastMs, 3).stripTrailingZeros().toPlainString(), mostSeconds)).exception();
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

    /** One of a few words, the first of them where it is not there. */
    public String word(String name, List<String> words) {
        @Nullable Object value = fields.get(name);
        if (value == null) {
            return words.getFirst();
        }
        if (!(value instanceof String word) || !words.contains(word)) {
            throw Problem.invalid("%s: \"%s\" is not valid, must be %s"
                    .formatted(name, value, String.join(" or ", words))).exception();
        }
        return word;
    }

    /** Octets, which are given as a text, or under {@code NAME_b64} in Base64. Throws where there are none. */
    public String octets(String name) {
        @Nullable Object text = fields.get(name);
        @Nullable Object encoded = fields.get(name + "_b64");
        if ((text == null) == (encoded == null)) {
            throw Problem.invalid("either %s or %s_b64 must be given".formatted(name, name)).exception();
        }
        if (text != null) {
            if (text instanceof String given && !given.isEmpty() && Octets.toText(Octets.ofText(given)).equals(given)) {
                return Octets.ofText(given);
            }
            throw Problem.invalid(name + ": a text of whole characters that is not empty must be given").exception();
        }
        try {
            if (encoded instanceof String given && !given.isEmpty()) {
                return new String(Base64.getDecoder().decode(given), StandardCharsets.ISO_8859_1);
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw Problem.invalid(name + "_b64: a text in Base64 that is not empty must be given").exception();
    }

    /** A whole number above 0, which may be written as a text, because some languages have no large numbers. */
    public long number(String name) {
        @Nullable Long number = whole(name);
        if (number != null && number > 0) {
            return number;
        }
        throw Problem.invalid(name + ": a whole number above 0 must be given").exception();
    }

    /** A whole number of 64 bits, which may be written as a text. */
    public long anyNumber(String name) {
        @Nullable Long number = whole(name);
        if (number != null) {
            return number;
        }
        throw Problem.invalid("%s: a whole number from %d to %d must be given"
                .formatted(name, Long.MIN_VALUE, Long.MAX_VALUE)).exception();
    }

    private @Nullable Long whole(String name) {
        @Nullable Object value = fields.get(name);
        try {
            return value instanceof BigDecimal given
                    ? Long.valueOf(given.longValueExact())
                    : value instanceof String text ? Long.valueOf(text) : null;
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }
}
