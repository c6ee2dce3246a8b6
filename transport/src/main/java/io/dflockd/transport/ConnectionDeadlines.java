package io.dflockd.transport;

import java.util.concurrent.TimeUnit;

/**
 * How long a peer may keep the server waiting. Knows no clock and no timer: it is told what happened when, and says at
 * what time something would be overdue.
 *
 * <ul>
 *   <li>Before authentication: the read time-out, at most ten seconds, from the start.
 *   <li>Inside a request: the read time-out from its own first byte on, also where that byte came together with the end of
 *       the request before.
 *   <li>Otherwise: the read time-out from the last byte on, in either direction, unless the peer owns something or waits
 *       for an answer.
 *   <li>While the socket has not taken all that it was given: the write time-out from the last byte that it took.
 * </ul>
 *
 * <p>What the server itself delays is not the peer's: the time for which it did not read ({@link #onPause}) or did not
 * run ({@link #onDelay}) counts for nothing.
 */
final class ConnectionDeadlines {
    private static final long AUTH_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long readNanos;
    private final long writeNanos;
    private long openedAt;
    private long silentSince;
    private long requestSince;
    private boolean insideRequest;
    private boolean wasInUse;
    private boolean paused;
    private long pausedAt;
    private boolean writing;
    private long progressAt;
    private long progressBytes;

    /** What the peer is to the server. */
    interface Standing {
        boolean isAuthenticated();

        /** Whether an untagged request of its has no answer yet. */
        boolean isBlocked();

        /** Whether it owns something or waits for an answer. */
        boolean isInUse();
    }

    /** For a connection that began now. A write time-out of 0 is none. */
    ConnectionDeadlines(long readNanos, long writeNanos, long now) {
        this.readNanos = readNanos;
        this.writeNanos = writeNanos;
        this.openedAt = now;
        this.silentSince = now;
        this.requestSince = now;
    }

    /** Bytes were read in which so many requests began and so many ended, of which the first may have begun before. */
    void onBytes(long now, int begun, int ended) {
        silentSince = now;
        insideRequest = begun - ended + (insideRequest ? 1 : 0) > 0;
        if (insideRequest && begun > 0) {
            requestSince = now;
        }
    }

    /** Nothing is read from now on. */
    void onPause(long now) {
        if (!paused) {
            paused = true;
            pausedAt = now;
        }
    }

    /** It is read again. */
    void onResume(long now) {
        if (paused) {
            paused = false;
            shiftReading(now - pausedAt);
        }
    }

    /** The server did not run for so long. */
    void onDelay(long nanos) {
        shiftReading(nanos);
        progressAt += nanos;
    }

    /** The socket was given something and has not taken all of it at once. */
    void onWriting(long now) {
        writing = true;
        progressAt = now;
    }

    /** So many bytes had been taken at this time, by any count that rises. */
    void onProgress(long now, long bytes) {
        if (bytes != progressBytes) {
            progressBytes = bytes;
            progressAt = now;
            silentSince = now;
        }
    }

    /** The socket has taken all that it was given. */
    void onWritten(long now) {
        writing = false;
        silentSince = now;
    }

    /** When the peer will have been silent for too long. May be asked again then: it can have become later. */
    long overdueAt(long now, Standing standing) {
        if (!standing.isAuthenticated()) {
            return openedAt + Math.min(AUTH_NANOS, readNanos);
        }
        if (paused) {
            return now + readNanos;
        }
        if (insideRequest && !standing.isBlocked()) {
            return requestSince + readNanos;
        }
        if (writing || standing.isInUse()) {
            wasInUse = true;
            requestSince = now;
            return now + readNanos;
        }
        if (wasInUse) {
            // It ceased to own anything at some time since the last look, so its silence counts from now on.
            wasInUse = false;
            silentSince = now;
        }
        return silentSince + readNanos;
    }

    /** When the socket will have taken nothing for too long; meaningful while it has something to take. */
    long writeOverdueAt() {
        return progressAt + writeNanos;
    }

    /** Whether there is a bound for how long the socket may take nothing, and something for it to take. */
    boolean watchesWriting() {
        return writing && writeNanos > 0;
    }

    private void shiftReading(long nanos) {
        openedAt += nanos;
        silentSince += nanos;
        requestSince += nanos;
    }
}
