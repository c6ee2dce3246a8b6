package io.dflockd.http.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.LongSupplier;

/**
 * Server-sent events, as a browser's {@code EventSource} reads them, until they are sent. Where there are none, a comment says
 * from time to time that somebody is there. Not thread-safe.
 */
public final class EventText {
    private static final int ENOUGH_BYTES = 64 * 1024;
    private static final long COMMENT_NANOS = 15_000_000_000L;
    private static final byte[] NOTHING = {};
    private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);

    private final LongSupplier clock;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long takenAt;

    /** Begins with how soon a browser is to come back. {@code clock}: in nanoseconds. */
    public EventText(LongSupplier clock) {
        this.clock = clock;
        this.takenAt = clock.getAsLong();
        write("retry: 3000\n:\n\n");
    }

    /** Whether so much is here that it should be seen first whether it is taken. */
    public boolean isEnough() {
        return out.size() >= ENOUGH_BYTES;
    }

    public boolean isEmpty() {
        return out.size() == 0;
    }

    /** An event with a name. {@code data}: one line. */
    public void event(String name, byte[] data) {
        add("event: " + name, data);
    }

    /** An event without a name, behind which its reader can go on. {@code data}: one line. */
    public void numbered(String id, byte[] data) {
        add("id: " + id, data);
    }

    private void add(String line, byte[] data) {
        write(line + "\ndata: ");
        out.writeBytes(data);
        write("\n\n");
    }

    private void write(String text) {
        out.writeBytes(text.getBytes(UTF_8));
    }

    /** All that is here, or what is to be sent instead of it; empty for nothing. */
    public byte[] take() {
        long now = clock.getAsLong();
        if (isEmpty() && now - takenAt < COMMENT_NANOS) {
            return NOTHING;
        }
        takenAt = now;
        if (isEmpty()) {
            return COMMENT;
        }
        var bytes = out.toByteArray();
        out.reset();
        return bytes;
    }
}
