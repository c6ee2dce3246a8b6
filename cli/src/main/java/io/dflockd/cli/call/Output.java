package io.dflockd.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.avaje.json.mapper.JsonMapper;
import io.avaje.json.stream.JsonStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Map;

/** Standard output, as lines for people or JSON for programs. Every line is written at once. Thread-safe. */
public final class Output {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .jsonStream(JsonStream.builder().serializeNulls(true).serializeEmpty(true).build())
            .build();

    private final OutputStream out;
    private final boolean json;

    public Output(OutputStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    public boolean isJson() {
        return json;
    }

    /** Prints the text, or the object where JSON is wanted. */
    public void line(String text, Map<String, ?> object) {
        line(json ? MAPPER.toJson(object) : text);
    }

    /** Prints the object where JSON is wanted, else nothing. */
    public void json(Map<String, ?> object) {
        if (json) {
            line(MAPPER.toJson(object));
        }
    }

    public void line(String text) {
        synchronized (out) {
            try {
                out.write((text + "\n").getBytes(UTF_8));
                out.flush();
            } catch (IOException e) {
                var why = String.valueOf(e.getMessage());
                throw why.toLowerCase(Locale.ROOT).contains("broken pipe")
                        ? new BrokenPipeException()
                        : new WriteFailedException(why);
            }
        }
    }

    /** Nobody reads what is printed any more, as after {@code | head}. */
    public static final class BrokenPipeException extends RuntimeException {
        BrokenPipeException() {
            super("nobody reads the output", null, false, false);
        }
    }

    /** What is printed cannot be written. */
    public static final class WriteFailedException extends RuntimeException {
        WriteFailedException(String why) {
            super("cannot write to standard output: " + why, null, false, false);
        }
    }
}
