package io.dflockd.http.route;

import io.dflockd.protocol.Octets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What stands behind the question mark. All that throws throws a {@link ProblemException} that names the parameter. */
public final class Query {
    private final Map<String, String> octets;

    private Query(Map<String, String> octets) {
        this.octets = octets;
    }

    /** Reads a raw query; empty for none. */
    public static Query parse(String raw) {
        var octets = new LinkedHashMap<String, String>();
        for (var pair : raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            @Nullable String name = Percent.decode(equals < 0 ? pair : pair.substring(0, equals), true);
            @Nullable String value = Percent.decode(equals < 0 ? "" : pair.substring(equals + 1), true);
            if (name == null || value == null) {
                throw Problem.invalid(
                        "the query has a % without two hexadecimal digits, or a character that must be written so")
                        .exception();
            }
            if (octets.put(name, value) != null) {
                throw Problem.invalid("\"" + Octets.toText(name) + "\" is given twice").exception();
            }
        }
        return new Query(octets);
    }

    /** Throws where there is a parameter besides these. */
    public Query only(String... names) {
        var valid = Arrays.asList(names);
        for (var name : octets.keySet()) {
            if (!valid.contains(name)) {
                throw Problem.invalid("there is no parameter \"%s\", valid are: %s"
                        .formatted(Octets.toText(name), valid.isEmpty() ? "none" : String.join(", ", valid)))
                        .exception();
            }
        }
        return this;
    }

    public boolean has(String name) {
        return octets.containsKey(name);
    }

    /** The octets of a parameter; empty where it is not there. */
    public String octets(String name) {
        return octets.getOrDefault(name, "");
    }

    /** A whole number. */
    public long whole(String name, long least, long most, long byDefault) {
        @Nullable String text = octets.get(name);
        if (text == null) {
            return byDefault;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw invalid(name, text, "a whole number from %d to %d".formatted(least, most));
    }

    /** A duration that is written in seconds, in milliseconds. */
    public long milliseconds(String name, long mostSeconds, long byDefault) {
        @Nullable String text = octets.get(name);
        if (text == null) {
            return byDefault;
        }
        try {
            double seconds = Double.parseDouble(text);
            if (seconds >= 0 && seconds <= mostSeconds) {
                return Math.round(seconds * 1000);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw invalid(name, text, "a number of seconds from 0 to " + mostSeconds);
    }

    /** One of a few words. Empty where it is not there. */
    public Optional<String> word(String name, List<String> words) {
        @Nullable String text = octets.get(name);
        if (text == null) {
            return Optional.empty();
        }
        if (!words.contains(text)) {
            throw invalid(name, text, String.join(" or ", words));
        }
        return Optional.of(text);
    }

    private static ProblemException invalid(String name, String octets, String valid) {
        return Problem.invalid("%s: \"%s\" is not valid, must be %s".formatted(name, Octets.toText(octets), valid))
                .exception();
    }
}
