package io.dflockd.cli.call;

import io.avaje.json.mapper.JsonMapper;
import io.avaje.json.stream.JsonStream;
import java.io.PrintStream;
import java.util.Map;

/** Standard output, as lines for people or JSON for programs. Every line is flushed. Thread-safe. */
public final class Output {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .jsonStream(JsonStream.builder().serializeNulls(true).serializeEmpty(true).build())
            .build();

    private final PrintStream out;
    private final boolean json;

    public Output(PrintStream out, boolean json) {
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
            out.print(text + "\n");
            out.flush();
            if (out.checkError()) {
                throw new BrokenPipeException();
            }
        }
    }

    /** Nobody reads what is printed any more, as after {@code | head}. */
    public static final class BrokenPipeException extends RuntimeException {
        BrokenPipeException() {
            super("nobody reads the output", null, false, false);
        }
    }
}
