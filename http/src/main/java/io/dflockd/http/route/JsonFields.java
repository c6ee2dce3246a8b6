package io.dflockd.http.route;

import io.avaje.json.JsonWriter;
import io.avaje.json.stream.JsonStream;
import io.dflockd.protocol.Octets;
import io.dflockd.service.stats.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Writes the fields of a JSON object. */
public final class JsonFields {
    private static final JsonStream JSON = JsonStream.builder().build();
    private static final double MS_PER_SECOND = 1000;

    private final JsonWriter json;

    private JsonFields(JsonWriter json) {
        this.json = json;
    }

    /** The bytes of an object. */
    public static byte[] object(Consumer<JsonFields> fields) {
        var buffer = JSON.bufferedWriter();
        var json = (JsonWriter) buffer;
        json.serializeEmpty(true);
        json.beginObject();
        fields.accept(new JsonFields(json));
        json.endObject();
        return buffer.result().getBytes(StandardCharsets.UTF_8);
    }

    public void text(String name, String text) {
        quoted(name, Octets.ofText(text));
    }

    /** Bytes that clients chose, as text; where they are none, the bytes stand beside it under {@code NAME_b64}. */
    public void octets(String name, String octets) {
        quoted(name, octets);
        if (!Octets.ofText(Octets.toText(octets)).equals(octets)) {
            var bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
            text(name + "_b64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    private void quoted(String name, String octets) {
        json.name(name);
        json.rawValue(Json.quote(octets)); // what is raw is written a byte a character
    }

    /** Octets that are an array of JSON already. */
    public void array(String name, String octets) {
        json.name(name);
        json.rawValue(octets);
    }

    public void number(String name, long value) {
        json.name(name);
        json.value(value);
    }

    /** A number that is known no better than to a tenth. */
    public void tenths(String name, float value) {
        json.name(name);
        json.value(Math.round(value * 10) / 10.0);
    }

    public void flag(String name, boolean value) {
        json.name(name);
        json.value(value);
    }

    /** A duration, in seconds with a fraction. */
    public void seconds(String name, long ms) {
        json.name(name);
        json.value(ms / MS_PER_SECOND);
    }

    /** A point in time, as RFC 3339 writes it. */
    public void time(String name, Instant at) {
        text(name, at.truncatedTo(ChronoUnit.MILLIS).toString());
    }

    /** When something began that has lasted for so long; of this moment, so not for what must be the same each time. */
    public void since(String name, long lastedMs) {
        time(name, Instant.now().minusMillis(lastedMs));
    }

    public void object(String name, Consumer<JsonFields> fields) {
        json.name(name);
        json.beginObject();
        fields.accept(this);
        json.endObject();
    }

    /** An array of objects. */
    public <T> void objects(String name, Collection<T> rows, BiConsumer<JsonFields, T> fields) {
        json.name(name);
        json.beginArray();
        for (var row : rows) {
            json.beginObject();
            fields.accept(this, row);
            json.endObject();
        }
        json.endArray();
    }
}
