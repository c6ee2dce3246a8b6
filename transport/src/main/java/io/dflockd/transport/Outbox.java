package io.dflockd.transport;

import io.dflockd.protocol.Dialect;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Tag;
import io.dflockd.service.session.LateReply;
import io.dflockd.service.session.Precious;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The lines that a connection is to be sent, in the order in which they were decided. Replies need no bound here, as
 * nothing more starts while {@link #unsentBytes} is above the connection's budget; pushes have one.
 *
 * <p>Remembers what must not get lost ({@link #unsent}), and which pushes there are ({@link #unsentPushes}), until the last
 * byte of the line was taken by the socket. A long line that others are sent too is not copied. Thread-safe. Where what it
 * appends is too much for all connections together, it has the largest of them ended: without its own lock, because that
 * one's lock is wanted then, and that one may be doing the same.
 */
final class Outbox {
    private static final int KEPT_BYTES = 4096;
    private static final int PIECE_BYTES = LateReply.PIECE_BYTES;
    /** A longer piece is written alone and, where others are sent it too, without a copy; shorter ones together. */
    private static final int MOST_JOINED_BYTES = 16 * 1024;

    private final Dialect dialect;
    private final ConnectionMemory.Account account;
    private OctetBuffer lines = new OctetBuffer(0);
    /** Whether the lines that were taken out last had too much room to keep it: the next are likely to need as much. */
    private boolean expectsMany;
    /** What stands before {@link #lines}, in pieces that are not just lines; absent while there are none. */
    private @Nullable ArrayDeque<Piece> pieces;
    /** The pieces whose line others are sent too, and that are being written; absent while there are none. */
    private @Nullable ArrayDeque<Piece> beingWritten;
    private long lateBytes;
    /** How much of what it has belongs to lines that others are sent too. */
    private long sharedBytes;
    private final StreamPlaces places = new StreamPlaces();
    private final Pushes pushes;
    private long appendedBytes;
    private long sentBytes;
    /** What all that is kept takes, for those who ask without the lock. */
    private final AtomicLong unsentBytes = new AtomicLong();
    private @Nullable PreciousQueue precious;
    private long preciousBytes;
    private boolean touched;
    private boolean closed;
    /** Whether all connections together take too much since the last count. */
    private volatile boolean crowded;

    /** What came of the offer of a push. */
    enum Offer {
        /** The connection has to be woken for it. */
        WAKE,
        /** It is kept, or was counted as one that nobody will send; there is nothing to be done. */
        TAKEN,
        NO_ROOM
    }

    Outbox(int maxPushes, int maxPushBytes, Dialect dialect, ConnectionMemory.Account account) {
        this.dialect = dialect;
        this.pushes = new Pushes(maxPushes, maxPushBytes);
        this.account = account;
    }

    /** Appends a reply. Returns whether the connection has to be woken for it. */
    boolean append(String tag, Reply reply) {
        boolean wake = appendReply(tag, reply);
        relieve();
        return wake;
    }

    private synchronized boolean appendReply(String tag, Reply reply) {
        if (closed) {
            return false;
        }
        makeRoom();
        int before = lines.length();
        if (!tag.equals(Tag.NONE)) {
            lines.put('@').put(tag).put(' ');
        }
        ReplyCodec.encode(reply, dialect, lines);
        return appended(lines.length() - before);
    }

    /**
     * Appends a reply that is made when it is taken out, and remembers what is lost where it is never sent. Returns whether
     * the connection has to be woken for it.
     */
    boolean appendLate(String tag, LateReply reply, @Nullable Precious what) {
        boolean wake;
        synchronized (this) {
            if (what != null) {
                preciousBytes += Precious.OBJECT_BYTES; // the reply counts the value
            }
            wake = appendUnmade(tag, reply);
            if (what != null) {
                remember(what, Precious.OBJECT_BYTES);
            }
        }
        relieve();
        return wake;
    }

    private boolean appendUnmade(String tag, LateReply reply) {
        if (closed) {
            return false;
        }
        pieces().add(Piece.late(tag, reply, places.end()));
        lateBytes += reply.bytes();
        return appended(1);
    }

    /** Where the next piece goes: the lines so far become one before it. */
    private ArrayDeque<Piece> pieces() {
        if (pieces == null) {
            pieces = new ArrayDeque<>(2);
        }
        if (!lines.isEmpty()) {
            pieces.add(pushes.pieceOf(lines, places.end() - lines.length()));
            lines = new OctetBuffer(0);
        }
        return pieces;
    }

    /** Appends the reply with which something is lost where it is never sent. */
    boolean appendPrecious(String tag, Reply reply, Precious what) {
        boolean wake;
        synchronized (this) {
            int bytes = what.bytes();
            preciousBytes += bytes; // first, as what is appended is counted with it
            wake = appendReply(tag, reply);
            remember(what, bytes);
        }
        relieve();
        return wake;
    }

    private void remember(Precious what, int bytes) {
        if (precious == null) {
            precious = new PreciousQueue();
        }
        precious.add(what, closed ? Long.MAX_VALUE : places.end(), bytes);
    }

    /**
     * Appends the bytes of a push, if there is room, where so many times the room is given that a slow peer has. A single one
     * has room whatever its size: nobody can be blamed for not having read it yet.
     */
    Offer offerPush(byte[] line, int length, int times) {
        var offer = appendPush(line, length, times);
        relieve();
        return offer;
    }

    private synchronized Offer appendPush(byte[] line, int length, int times) {
        if (closed) {
            pushes.drop();
            return Offer.TAKEN;
        }
        if (!pushes.haveRoomFor(length, times)) {
            return Offer.NO_ROOM;
        }
        makeRoom();
        lines.put(line, length);
        boolean wake = appended(length);
        pushes.addLine(length, places.end());
        return wake ? Offer.WAKE : Offer.TAKEN;
    }

    /** As {@link #offerPush}, for a line that others are sent too. */
    Offer offerShared(SharedLine line, int times) {
        var offer = appendShared(line, times);
        relieve();
        return offer;
    }

    private synchronized Offer appendShared(SharedLine line, int times) {
        if (closed) {
            pushes.drop();
            return Offer.TAKEN;
        }
        if (!pushes.haveRoomFor(line.length(), times)) {
            return Offer.NO_ROOM;
        }
        if (!line.retain()) {
            throw new IllegalStateException(SharedLine.NO_REFERENCE);
        }
        pieces().add(Piece.shared(line, places.end()));
        sharedBytes += line.length();
        boolean wake = appended(line.length());
        pushes.addPiece(line.length(), places.end());
        return wake ? Offer.WAKE : Offer.TAKEN;
    }

    /** A push that there was no room for. */
    synchronized void dropPush() {
        pushes.drop();
    }

    /** How many pushes were dropped, or wait, or are being written and were not taken whole. */
    synchronized int unsentPushes() {
        return pushes.unsent();
    }

    /** How much the socket has not taken yet, with what it takes to remember what must not get lost of it. */
    long unsentBytes() {
        return unsentBytes.getAcquire();
    }

    /**
     * Takes lines out; null where there are none. Of replies that are made late it makes about {@value #PIECE_BYTES} bytes at
     * once, and of a long one only if {@code myTurn}: where nothing can be made for that reason it gives no bytes, and there
     * is more in another turn. What is very long goes alone. One thread takes at a time.
     */
    @Nullable
    ByteBuf take(ByteBufAllocator allocator, boolean myTurn) {
        var first = nextPiece(Integer.MAX_VALUE);
        if (first == null) {
            return takeLines(allocator);
        }
        if (first.late != null) {
            return join(null, first, allocator, myTurn);
        }
        var next = first.length() > MOST_JOINED_BYTES ? null : nextPiece(PIECE_BYTES - first.length());
        return next == null ? bytesOf(first, allocator) : join(first, next, allocator, myTurn);
    }

    /**
     * Takes the first piece out and gives it, unless it is longer than there is room for; one that is made late it gives and
     * leaves where it is. Null where there is none.
     */
    private synchronized @Nullable Piece nextPiece(int room) {
        var next = pieces == null ? null : pieces.peek();
        if (pieces == null || next == null) {
            pieces = null;
            return null;
        }
        if (next.late != null) {
            return next;
        }
        if (next.length() > room) {
            return null;
        }
        pieces.remove();
        places.took(next.length());
        pushes.took(next);
        if (next.shared != null) {
            if (beingWritten == null) {
                beingWritten = new ArrayDeque<>(2);
            }
            beingWritten.add(next);
        }
        return next;
    }

    /** Whether there is something to be taken before lines that were made at once. */
    synchronized boolean hasPieces() {
        return pieces != null;
    }

    /** Short pieces go with one write, which costs more than to copy them. */
    private ByteBuf join(@Nullable Piece first, Piece second, ByteBufAllocator allocator, boolean myTurn) {
        // Not with the lock: who appends lines may have the engine's, and this may take long.
        var spare = SpareBuffers.current().take();
        var out = spare == null ? new OctetBuffer(KEPT_BYTES) : spare;
        if (first != null) {
            first.appendTo(out);
        }
        var next = second;
        while (next != null && appendTo(out, next, myTurn)) {
            next = nextShortPiece(out);
        }
        var bytes = out.isEmpty() ? Unpooled.EMPTY_BUFFER : bytesOf(out, allocator);
        SpareBuffers.current().give(out);
        relieve();
        return bytes;
    }

    private @Nullable Piece nextShortPiece(OctetBuffer out) {
        int room = PIECE_BYTES - out.length();
        return room <= 0 ? null : nextPiece(Math.min(room, MOST_JOINED_BYTES));
    }

    /** Returns whether what stands behind the piece may go with it. */
    private boolean appendTo(OctetBuffer out, Piece piece, boolean myTurn) {
        if (piece.late != null) {
            return make(piece, piece.late, out, myTurn);
        }
        piece.appendTo(out);
        return true;
    }

    /** Makes the next part of a late reply, if it may now. Returns whether more may go with it. */
    private boolean make(Piece piece, LateReply late, OctetBuffer out, boolean myTurn) {
        boolean isLong = late.bytes() > PIECE_BYTES;
        if (isLong && !myTurn) {
            return false;
        }
        int start = out.length();
        if (!piece.begun && !piece.tag.equals(Tag.NONE)) {
            out.put('@').put(piece.tag).put(' ');
        }
        int afterTag = out.length();
        boolean more = late.encode(out);
        if (more && out.length() == afterTag) {
            out.truncate(start);
            return false;
        }
        piece.begun = true;
        made(late, out.length() - start, !more);
        return !isLong;
    }

    /** So much of the first piece was taken out. */
    private synchronized void made(LateReply late, int bytes, boolean last) {
        appendedBytes += bytes;
        places.tookLate(bytes, last);
        // Closing may have taken it out already, as if none of it had been made.
        if (last && pieces != null) {
            pieces.remove();
            appendedBytes--;
            lateBytes -= late.bytes();
        }
        count();
    }

    private synchronized @Nullable ByteBuf takeLines(ByteBufAllocator allocator) {
        touched = false;
        if (lines.isEmpty()) {
            return null;
        }
        var bytes = bytesOf(lines, allocator);
        places.took(lines.length());
        pushes.tookLines();
        if (lines.array().length > KEPT_BYTES) {
            SpareBuffers.current().give(lines);
            lines = new OctetBuffer(0);
            expectsMany = true;
        } else {
            lines.clear();
        }
        return bytes;
    }

    private static ByteBuf bytesOf(Piece piece, ByteBufAllocator allocator) {
        return piece.shared == null ? bytesOf(piece.lines, allocator) : piece.shared.bytes(allocator);
    }

    private static ByteBuf bytesOf(OctetBuffer lines, ByteBufAllocator allocator) {
        var bytes = allocator.directBuffer(lines.length());
        bytes.writeBytes(lines.array(), 0, lines.length());
        return bytes;
    }

    /** The socket took so many bytes more. */
    synchronized void sent(long bytes) {
        sentBytes += bytes;
        long place = places.sent(bytes);
        if (precious != null) {
            preciousBytes -= precious.takenTo(place);
        }
        pushes.sentTo(place);
        if (beingWritten != null) {
            releaseTo(place, beingWritten);
        }
        count();
        account.progress();
    }

    private void releaseTo(long place, ArrayDeque<Piece> written) {
        for (var next = written.peek(); next != null; next = written.peek()) {
            if (next.place + next.length() > place) {
                return;
            }
            release(written.remove());
        }
        beingWritten = null;
    }

    private void release(Piece piece) {
        if (piece.shared != null) {
            sharedBytes -= piece.length();
            piece.shared.release();
        }
    }

    /** What the socket did not take whole, the latest first. */
    synchronized List<Precious> unsent() {
        if (precious == null) {
            return List.of();
        }
        preciousBytes = 0;
        count();
        return precious.drain();
    }

    /** Takes no more lines and forgets those that it has, as nobody will ever send them. What must not get lost stays. */
    synchronized void close() {
        closed = true;
        appendedBytes -= lines.length();
        lines = new OctetBuffer(0);
        if (pieces != null) {
            for (var piece : pieces) {
                appendedBytes -= piece.length();
                lateBytes -= piece.late == null ? 0 : piece.late.bytes();
                release(piece);
            }
            pieces = null;
        }
        count();
    }

    /** As {@link #close}, where the socket is closed, so that what was being written is not any more. */
    synchronized void end() {
        close();
        if (beingWritten != null) {
            beingWritten.forEach(this::release);
            beingWritten = null;
        }
        account.close();
    }

    private boolean appended(int bytes) {
        places.append(bytes);
        appendedBytes += bytes;
        count();
        return touch();
    }

    private void count() {
        long bytes = appendedBytes - sentBytes + lateBytes + preciousBytes;
        unsentBytes.setRelease(bytes);
        if (!account.isQuiet(bytes - sharedBytes, sharedBytes) && account.output(bytes - sharedBytes, sharedBytes)) {
            crowded = true;
        }
    }

    private void relieve() {
        if (crowded) {
            crowded = false;
            account.relieve();
        }
    }

    private void makeRoom() {
        if (expectsMany) {
            expectsMany = false;
            var spare = SpareBuffers.current().take();
            lines = spare == null ? lines : spare;
        }
    }

    /** Several lines before the next {@link #take} need one wake-up. */
    private boolean touch() {
        boolean first = !touched;
        touched = true;
        return first;
    }
}
