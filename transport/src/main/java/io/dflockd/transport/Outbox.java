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
 * <p>Remembers what must not get lost ({@link #unsent}) until the last byte of its line was taken by the socket.
 * Thread-safe. Where what it appends is too much for all connections together, it has the largest of them ended: without
 * its own lock, because that one's lock is wanted then, and that one may be doing the same.
 */
final class Outbox {
    private static final int KEPT_BYTES = 4096;
    private static final int PIECE_BYTES = LateReply.PIECE_BYTES;

    private final int maxPushes;
    private final int maxPushBytes;
    private final Dialect dialect;
    private final ConnectionMemory.Account account;
    private OctetBuffer lines = new OctetBuffer(0);
    /** Whether the lines that were taken out last had too much room to keep it: the next are likely to need as much. */
    private boolean expectsMany;
    /** What stands before {@link #lines}, with replies in between that are not made yet; absent while there are none. */
    private @Nullable ArrayDeque<Piece> pieces;
    private long lateBytes;
    /** Where the stream of bytes ends, and how far it was taken out, with one byte for each reply that is not made yet. */
    private long end;
    private long takenTo;
    /** By how much those that are made already were longer than that. */
    private long later;
    private int pushes;
    private int pushBytes;
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

    /** Either lines or, where there are none, a reply that is not made yet. */
    private static final class Piece {
        final OctetBuffer lines;
        final String tag;
        final @Nullable LateReply late;
        /** How much of a late reply was taken out. */
        long length;

        Piece(OctetBuffer lines, String tag, @Nullable LateReply late) {
            this.lines = lines;
            this.tag = tag;
            this.late = late;
        }
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
        if (pieces == null) {
            pieces = new ArrayDeque<>(2);
        }
        if (!lines.isEmpty()) {
            pieces.add(new Piece(lines, Tag.NONE, null));
            lines = new OctetBuffer(0);
        }
        pieces.add(new Piece(lines, tag, reply));
        lateBytes += reply.bytes();
        // One byte stands for the line until it is made, so that nothing that was sent before passes for it.
        return appended(1);
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
        precious.add(what, closed ? Long.MAX_VALUE : end);
    }

    /**
     * Whether there is room for one more push of this size, where so many times the room is given that a slow peer has.
     * A single one has room whatever its size: nobody can be blamed for not having read it yet.
     */
    synchronized boolean hasRoomForPush(int bytes, int times) {
        return pushes == 0
                || (pushes < (long) maxPushes * times && (long) pushBytes + bytes <= (long) maxPushBytes * times);
    }

    /** Appends the bytes of a push, of which there must be room. Returns whether the connection has to be woken for it. */
    boolean appendPush(byte[] line, int length) {
        boolean wake = appendLine(line, length);
        relieve();
        return wake;
    }

    private synchronized boolean appendLine(byte[] line, int length) {
        if (closed) {
            droppedPushes++;
            return false;
        }
        makeRoom();
        lines.put(line, length);
        pushes++;
        pushBytes += length;
        return appended(length);
    }

    /** A push that there was no room for. */
    synchronized void dropPush() {
        droppedPushes++;
    }

    /** How many pushes are waiting or were dropped. */
    synchronized int unsentPushes() {
        return pushes + droppedPushes;
    }

    /** How much the socket has not taken yet. */
    long unsentBytes() {
        return unsentBytes.getAcquire();
    }

    /**
     * Takes lines out; null where there are none. Of replies that are made late it makes about {@value #PIECE_BYTES} bytes at
     * once, and of a long one only if {@code myTurn}: where nothing can be made for that reason it gives no bytes, and there
     * is more in another turn. One thread takes at a time.
     */
    @Nullable
    ByteBuf take(ByteBufAllocator allocator, boolean myTurn) {
        var first = firstPiece();
        if (first == null) {
            return takeLines(allocator);
        }
        if (first.late == null) {
            taken(first, first.lines.length(), false);
            return bytesOf(first.lines, allocator);
        }
        // Not with the lock: who appends lines may have the engine's, and this may take long.
        var spare = SpareBuffers.current().take();
        var out = spare == null ? new OctetBuffer(KEPT_BYTES) : spare;
        make(first, out, myTurn);
        var bytes = out.isEmpty() ? Unpooled.EMPTY_BUFFER : bytesOf(out, allocator);
        SpareBuffers.current().give(out);
        relieve();
        return bytes;
    }

    private void make(Piece first, OctetBuffer out, boolean myTurn) {
        for (var piece = first; piece != null && out.length() < PIECE_BYTES; piece = firstPiece()) {
            var late = piece.late;
            if (late == null) {
                if (out.length() + piece.lines.length() > PIECE_BYTES) {
                    return;
                }
                out.put(piece.lines.array(), piece.lines.length());
                taken(piece, piece.lines.length(), false);
                continue;
            }
            boolean isLong = late.bytes() > PIECE_BYTES;
            if (isLong && !myTurn) {
                return;
            }
            int start = out.length();
            if (piece.length == 0 && !piece.tag.equals(Tag.NONE)) {
                out.put('@').put(piece.tag).put(' ');
            }
            int afterTag = out.length();
            boolean more = late.encode(out);
            if (more && out.length() == afterTag) {
                out.truncate(start);
                return;
            }
            taken(piece, out.length() - start, more);
            if (isLong) {
                return;
            }
        }
    }

    private synchronized @Nullable Piece firstPiece() {
        var first = pieces == null ? null : pieces.peek();
        if (first == null) {
            pieces = null;
        }
        return first;
    }

    /** Whether there is something to be taken before lines that were made at once. */
    synchronized boolean hasPieces() {
        return pieces != null;
    }

    /** So much of the first piece was taken out. What stands behind a late reply has its place when its last byte was made. */
    private synchronized void taken(Piece piece, int bytes, boolean more) {
        piece.length += bytes;
        var late = piece.late;
        if (late != null) {
            appendedBytes += bytes;
        }
        if (!more) {
            takenTo += late == null ? bytes : 1;
            later += late == null ? 0 : piece.length - 1;
            settle();
            remove(late, bytes);
        }
        count();
    }

    private void remove(@Nullable LateReply late, int bytes) {
        if (pieces == null) {
            // Closing took it out, as if nobody had taken it.
            appendedBytes += late == null ? bytes : 0;
            return;
        }
        pieces.remove();
        if (late != null) {
            appendedBytes--;
            lateBytes -= late.bytes();
        }
    }

    private void settle() {
        if (precious != null) {
            precious.settleTo(takenTo, later);
        }
    }

    private synchronized @Nullable ByteBuf takeLines(ByteBufAllocator allocator) {
        touched = false;
        if (lines.isEmpty()) {
            return null;
        }
        var bytes = bytesOf(lines, allocator);
        takenTo += lines.length();
        settle();
        if (lines.array().length > KEPT_BYTES) {
            SpareBuffers.current().give(lines);
            lines = new OctetBuffer(0);
            expectsMany = true;
        } else {
            lines.clear();
        }
        pushes = 0;
        pushBytes = 0;
        return bytes;
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
        count();
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
                if (piece.late == null) {
                    appendedBytes -= piece.lines.length();
                } else {
                    lateBytes -= piece.late.bytes();
                    appendedBytes--;
                }
            }
            pieces = null;
        }
        count();
    }

    private boolean appended(int bytes) {
        end += bytes;
        appendedBytes += bytes;
        count();
        return touch();
    }

    private void count() {
        long bytes = appendedBytes - sentBytes + lateBytes;
        unsentBytes.setRelease(bytes);
        if (account.output(bytes)) {
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
