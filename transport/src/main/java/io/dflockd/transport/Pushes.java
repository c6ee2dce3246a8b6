package io.dflockd.transport;

import io.dflockd.protocol.OctetBuffer;

/**
 * The pushes in an {@link Outbox}: how many wait to be taken out, for which there is a bound, and how many were not sent
 * whole, which those are told who come back. Not thread-safe.
 */
final class Pushes {
    private final int max;
    private final int maxBytes;
    /** Those that wait, since the last piece and in the pieces before. */
    private int lineCount;
    private int lineBytes;
    private int pieceCount;
    private int pieceBytes;
    private final PushEnds ends = new PushEnds();
    private int dropped;

    Pushes(int max, int maxBytes) {
        this.max = max;
        this.maxBytes = maxBytes;
    }

    /** Whether there is room, where so many times the room is given that a slow peer has. A single one always has. */
    boolean haveRoomFor(int bytes, int times) {
        int count = lineCount + pieceCount;
        long waiting = (long) lineBytes + pieceBytes;
        return count == 0 || (count < (long) max * times && waiting + bytes <= (long) maxBytes * times);
    }

    /** There is one more among the lines, and it ends at a place. */
    void addLine(int bytes, long endsAt) {
        lineCount++;
        lineBytes += bytes;
        ends.add(endsAt, bytes);
    }

    /** There is one more that is a piece alone, and it ends at a place. */
    void addPiece(int bytes, long endsAt) {
        pieceCount++;
        pieceBytes += bytes;
        ends.add(endsAt, bytes);
    }

    /** The lines become a piece. */
    Piece pieceOf(OctetBuffer lines, long place) {
        var piece = Piece.ofLines(lines, lineCount, lineBytes, place);
        pieceCount += lineCount;
        pieceBytes += lineBytes;
        tookLines();
        return piece;
    }

    /** A piece waits no more. */
    void took(Piece piece) {
        pieceCount -= piece.pushes;
        pieceBytes -= piece.pushBytes;
    }

    /** The lines wait no more. */
    void tookLines() {
        lineCount = 0;
        lineBytes = 0;
    }

    /** All up to a place was sent. */
    void sentTo(long place) {
        ends.takenTo(place);
    }

    /** Nobody will be sent this one. */
    void drop() {
        dropped++;
    }

    /** How many were dropped, or wait, or are being written and were not taken whole. */
    int unsent() {
        return ends.count() + dropped;
    }
}
