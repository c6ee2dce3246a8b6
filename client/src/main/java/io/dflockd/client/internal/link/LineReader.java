package io.dflockd.client.internal.link;

import io.dflockd.protocol.Octets;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads lines as strings of octets. Lines past the limit are read to their end and cut. Not thread-safe. */
final class LineReader {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final InputStream in;
    private final Runnable beforeWait;
    private volatile int maxLineBytes;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private boolean cut;
    /** The limit of the present line. */
    private int limit;

    /** Runs {@code beforeWait} each time before it may have to wait for bytes. */
    LineReader(InputStream in, int maxLineBytes, Runnable beforeWait) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
        this.beforeWait = beforeWait;
    }

    /** The next line without its line feed and the CRs before it; null at the end, also in the middle of a line. */
    @Nullable
    String next() throws IOException {
        cut = false;
        limit = maxLineBytes;
        int scanned = from;
        while (true) {
            for (int i = scanned; i < to; i++) {
                if (buffer[i] == '\n') {
                    return take(i);
                }
            }
            int held = to - from;
            if (held > limit) {
                cut |= !isOnlyCr(from + limit, to);
                to = from + limit;
            }
            scanned = makeRoom();
            beforeWait.run();
            int count = in.read(buffer, to, buffer.length - to);
            if (count < 0) {
                return null;
            }
            to += count;
        }
    }

    int limit() {
        return maxLineBytes;
    }

    /** Reads longer lines from the next on. Thread-safe, unlike all else here. */
    void raiseLimit(int lineBytes) {
        maxLineBytes = Math.max(maxLineBytes, lineBytes);
    }

    /** What there is of the line whose end has not come. */
    String unfinished() {
        return Octets.ofBytes(buffer, from, to);
    }

    /** Whether the line that {@link #next} returned last was longer than the limit. */
    boolean wasCut() {
        return cut;
    }

    private String take(int end) {
        int stop = Math.min(end, from + limit);
        cut |= stop < end && !isOnlyCr(stop, end);
        while (stop > from && buffer[stop - 1] == '\r') {
            stop--;
        }
        var line = Octets.ofBytes(buffer, from, stop);
        from = end + 1;
        return line;
    }

    /** Never much more than a line may have: what is behind that is passed over. */
    private int grown() {
        return (int) Math.min(2L * buffer.length, (long) limit + BUFFER_BYTES);
    }

    private boolean isOnlyCr(int start, int end) {
        for (int i = start; i < end; i++) {
            if (buffer[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    /** Moves the unfinished line to the front and sees to free space behind it; returns where that space begins. */
    private int makeRoom() {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        if (to == buffer.length) {
            buffer = Arrays.copyOf(buffer, grown());
        } else if (to == 0 && buffer.length > BUFFER_BYTES) {
            buffer = new byte[BUFFER_BYTES]; // one long answer does not pin its memory
        }
        return to;
    }
}
