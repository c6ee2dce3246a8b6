package io.dflockd.client.internal.session;

import io.dflockd.client.spi.TimeSource;

/**
 * How many answers of a session were read, and how many of these the server has been told of, which it can forget then.
 * They are told of together: with the next request, or when there are many or long ones, or after a second. Guarded by the
 * lock of the {@link ServerSession}.
 */
final class Receipts {
    static final int MOST_ANSWERS = 1_024;
    static final int MOST_BYTES = 256 * 1024;
    static final long MOST_NANOS = 1_000_000_000L;

    private final TimeSource time;
    private final Runnable late;
    private long received;
    private long told;
    private long bytes;
    private boolean planned;

    /** Has {@code late} run when an answer may have been read a second ago that the server was not told of. */
    Receipts(TimeSource time, Runnable late) {
        this.time = time;
        this.late = late;
    }

    /** Counts an answer of that length. */
    void read(int lineBytes) {
        received++;
        bytes += lineBytes;
        if (!planned) {
            planned = true;
            var unused = time.after(MOST_NANOS, late);
        }
    }

    /** For {@code late}: the next answer plans anew. */
    void rang() {
        planned = false;
    }

    long received() {
        return received;
    }

    long told() {
        return told;
    }

    /** Whether there is anything to tell the server of. */
    boolean isOwed() {
        return received > told;
    }

    /** Whether there is so much that it should be told without waiting for the next request. */
    boolean isDue() {
        return received - told >= MOST_ANSWERS || bytes >= MOST_BYTES;
    }

    /** What the server is told now. */
    long tell() {
        told = received;
        bytes = 0;
        return received;
    }

    /** For a session that begins: nothing was asked yet. */
    void beginAnew() {
        received = 0;
        told = 0;
        bytes = 0;
    }
}
