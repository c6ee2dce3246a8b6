package io.dflockd.transport;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The places in the stream of bytes of a connection: what is remembered of it stands at one. A reply that is made while it
 * is sent has one byte there, whatever it turns out to be, and that byte is sent with its last. So no place ever changes.
 * Not thread-safe.
 */
final class StreamPlaces {
    private long end;
    private long sentTo;
    /** So much was taken out and not sent, before the first piece of a late reply and without one. */
    private long plain;
    /** The pieces of late replies that were taken out and not sent, in their order; absent while there are none. */
    private @Nullable ArrayDeque<LatePiece> latePieces;

    private static final class LatePiece {
        final boolean last;
        long bytes;
        /** How much was taken out behind it, up to the next. */
        long plainBehind;

        LatePiece(long bytes, boolean last) {
            this.bytes = bytes;
            this.last = last;
        }
    }

    /** So much is behind what was there. */
    void append(int bytes) {
        end += bytes;
    }

    /** Behind all that is there. */
    long end() {
        return end;
    }

    /** So many bytes were taken out that are as long as it was said. */
    void took(int bytes) {
        if (latePieces == null) {
            plain += bytes;
        } else {
            latePieces.getLast().plainBehind += bytes;
        }
    }

    /** So many bytes of a late reply were taken out. */
    void tookLate(int bytes, boolean last) {
        if (latePieces == null) {
            latePieces = new ArrayDeque<>(2);
        }
        latePieces.add(new LatePiece(bytes, last));
    }

    /** So many bytes more of what was taken out were sent. Returns up to which place all is. */
    long sent(long bytes) {
        long rest = sentPlain(bytes);
        while (rest > 0 && latePieces != null) {
            rest = sentPlain(sentLate(latePieces, rest));
        }
        return sentTo;
    }

    private long sentPlain(long bytes) {
        long now = Math.min(bytes, plain);
        plain -= now;
        sentTo += now;
        return bytes - now;
    }

    private long sentLate(ArrayDeque<LatePiece> pieces, long bytes) {
        var piece = pieces.element();
        long now = Math.min(bytes, piece.bytes);
        piece.bytes -= now;
        if (piece.bytes == 0) {
            sentTo += piece.last ? 1 : 0;
            plain = piece.plainBehind;
            pieces.remove();
            latePieces = pieces.isEmpty() ? null : pieces;
        }
        return bytes - now;
    }
}
