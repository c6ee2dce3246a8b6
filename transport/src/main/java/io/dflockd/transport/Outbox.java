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
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The lines that a connection is to be sent, in the order in which they were decided. Replies need no bound here, as
 * nothing more starts while {@link #unsentBytes} is above the connection's budget; pushes have one.
 *
 * <p>Remembers what must not get lost ({@link #unsent}), and which pushes there are ({@link #unsentPushes}), until the last
 * byte of the line was taken by the socket. A long line that others are sent too is not copied. Thread-safe. Where what it appends is too much for all connections together, it has the largest of them ended: without
 * its own lock, because that one's lock is wanted then, and that one may be doing the same.
 */
final class Outbox {
    private static final int KEPT_BYTES = 4096;
    /** The room for a line that is made late, when it begins. */
    private static final int LEAST_ROOM = 256;
    private static final int MOST_ROOM = 32 * 1024 * 1024;
    /** A longer piece is written alone and, where others are sent it too, without a copy; shorter ones together. */
    private static final int MOST_JOINED_BYTES = 16 * 1024;
    private static final int MOST_OF_A_WRITE_BYTES = 64 * 1024;

    private final int maxPushes;
    private final int maxPushBytes;
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
    /** The pushes that wait to be taken out, those in {@link #lines} and those before. */
    private int linePushes;
    private int linePushBytes;
    private int piecePushes;
    private int piecePushBytes;
    private final PushEnds pushEnds = new PushEnds();
    private int droppedPushes;
    private long appendedBytes;
    private long sentBytes;
    /** The difference of the two, for those who ask without the lock. */
    private final AtomicLong unsentBytes = new AtomicLong();
    private @Nullable PreciousQueue precious;
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
        this.maxPushes = maxPushes;
        this.maxPushBytes = maxPushBytes;
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
            wake = appendUnmade(tag, reply);
            remember(what);
        }
        relieve();
        return wake;
    }

    private boolean appendUnmade(String tag, LateReply reply) {
        if (closed) {
            return false;
        }
        pieces().add(Piece.late(tag, reply, appendedBytes));
        lateBytes += reply.bytes();
        // One byte stands for the line until it is made, so that nothing that was sent before passes for it.
        appendedBytes++;
        count();
        return touch();
    }

    /** Where the next piece goes: the lines so far become one before it. */
    private ArrayDeque<Piece> pieces() {
        if (pieces == null) {
            pieces = new ArrayDeque<>(2);
        }
        if (!lines.isEmpty()) {
            pieces.add(Piece.ofLines(lines, linePushes, linePushBytes, appendedBytes - lines.length()));
            piecePushes += linePushes;
            piecePushBytes += linePushBytes;
            linePushes = 0;
            linePushBytes = 0;
            lines = new OctetBuffer(0);
        }
        return pieces;
    }

    /** Appends the reply with which something is lost where it is never sent. */
    boolean appendPrecious(String tag, Reply reply, Precious what) {
        boolean wake;
        synchronized (this) {
            wake = appendReply(tag, reply);
            remember(what);
        }
        relieve();
        return wake;
    }

    private void remember(@Nullable Precious what) {
        if (what == null) {
            return;
        }
        if (precious == null) {
            precious = new PreciousQueue();
        }
        precious.add(what, closed ? Long.MAX_VALUE : appendedBytes);
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
            droppedPushes++;
            return Offer.TAKEN;
        }
        if (!hasRoomForPush(length, times)) {
            return Offer.NO_ROOM;
        }
        makeRoom();
        lines.put(line, length);
        linePushes++;
        linePushBytes += length;
        boolean wake = appended(length);
        pushEnds.add(appendedBytes, length);
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
            droppedPushes++;
            return Offer.TAKEN;
        }
        if (!hasRoomForPush(line.length(), times)) {
            return Offer.NO_ROOM;
        }
        if (!line.retain()) {
            throw new IllegalStateException("nobody has a reference to the line any more");
        }
        pieces().add(Piece.shared(line, appendedBytes));
        piecePushes++;
        piecePushBytes += line.length();
        sharedBytes += line.length();
        boolean wake = appended(line.length());
        pushEnds.add(appendedBytes, line.length());
        return wake ? Offer.WAKE : Offer.TAKEN;
    }

    private boolean hasRoomForPush(int bytes, int times) {
        int pushes = linePushes + piecePushes;
        long pushBytes = (long) linePushBytes + piecePushBytes;
        return pushes == 0 || (pushes < (long) maxPushes * times && pushBytes + bytes <= (long) maxPushBytes * times);
    }

    /** A push that there was no room for. */
    synchronized void dropPush() {
        droppedPushes++;
    }

    /** How many pushes were dropped, or wait, or are being written and were not taken whole. */
    synchronized int unsentPushes() {
        return pushEnds.count() + droppedPushes;
    }

    /** How much the socket has not taken yet. */
    long unsentBytes() {
        return unsentBytes.getAcquire();
    }

    /**
     * Takes lines out, as many as are there, but a reply that was not made yet and what is very long alone; null where there
     * are none. One thread does so at a time.
     */
    @Nullable
    ByteBuf take(ByteBufAllocator allocator) {
        var piece = nextPiece();
        if (piece == null) {
            return takeLines(allocator);
        }
        if (piece.late != null) {
            return make(piece, piece.late, allocator);
        }
        return piece.length() > MOST_JOINED_BYTES ? bytesOf(piece, allocator) : join(piece, allocator);
    }

    private ByteBuf make(Piece piece, LateReply late, ByteBufAllocator allocator) {
        // Not with the lock: who appends lines may have the engine's, and this may take long.
        var line = new OctetBuffer((int) Math.min(MOST_ROOM, LEAST_ROOM + late.bytes()));
        if (!piece.tag.equals(Tag.NONE)) {
            line.put('@').put(piece.tag).put(' ');
        }
        late.encode(line);
        made(piece, late, line.length());
        relieve();
        return bytesOf(line, allocator);
    }

    /** Short pieces go with one write, which costs more than to copy them. */
    private ByteBuf join(Piece first, ByteBufAllocator allocator) {
        var all = bytesOf(first, allocator);
        var next = nextShortPiece(MOST_OF_A_WRITE_BYTES - all.readableBytes());
        if (next == null) {
            return all;
        }
        var joined = allocator.directBuffer(MOST_OF_A_WRITE_BYTES).writeBytes(all);
        all.release();
        while (next != null) {
            var bytes = bytesOf(next, allocator);
            joined.writeBytes(bytes);
            bytes.release();
            next = nextShortPiece(MOST_OF_A_WRITE_BYTES - joined.readableBytes());
        }
        return joined;
    }

    private synchronized @Nullable Piece nextShortPiece(int room) {
        var next = pieces == null ? null : pieces.peek();
        boolean fits = next != null && next.late == null && next.length() <= Math.min(room, MOST_JOINED_BYTES);
        return fits ? nextPiece() : null;
    }

    private synchronized @Nullable Piece nextPiece() {
        var next = pieces == null ? null : pieces.poll();
        if (next == null) {
            pieces = null;
            return null;
        }
        piecePushes -= next.pushes;
        piecePushBytes -= next.pushBytes;
        if (next.shared != null) {
            if (beingWritten == null) {
                beingWritten = new ArrayDeque<>(2);
            }
            beingWritten.add(next);
        }
        return next;
    }

    /** What stands behind a late reply has its place only now. */
    private synchronized void made(Piece piece, LateReply late, int length) {
        lateBytes -= late.bytes();
        if (precious != null) {
            precious.shift(piece.place, length - 1);
        }
        pushEnds.shift(piece.place, length - 1);
        if (pieces != null) {
            pieces.forEach(other -> other.place += length - 1);
        }
        appendedBytes += length - 1;
        count();
    }

    private synchronized @Nullable ByteBuf takeLines(ByteBufAllocator allocator) {
        touched = false;
        if (lines.isEmpty()) {
            return null;
        }
        var bytes = bytesOf(lines, allocator);
        if (lines.array().length > KEPT_BYTES) {
            SpareBuffers.current().give(lines);
            lines = new OctetBuffer(0);
            expectsMany = true;
        } else {
            lines.clear();
        }
        linePushes = 0;
        linePushBytes = 0;
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
        if (precious != null) {
            precious.takenTo(sentBytes);
        }
        pushEnds.takenTo(sentBytes);
        if (beingWritten != null) {
            releaseTaken(beingWritten);
        }
        count();
    }

    private void releaseTaken(ArrayDeque<Piece> written) {
        for (var next = written.peek(); next != null; next = written.peek()) {
            if (next.place + next.length() > sentBytes) {
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
        return precious == null ? List.of() : precious.drain();
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
        appendedBytes += bytes;
        count();
        return touch();
    }

    private void count() {
        long bytes = appendedBytes - sentBytes + lateBytes;
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
