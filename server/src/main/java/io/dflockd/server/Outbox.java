package io.dflockd.server;

import io.dflockd.engine.Outcome;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Tag;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines that a connection is to be sent, in the order in which they were decided. Replies need no bound here, as
 * the connection takes no more requests while it is {@link #isCongested}; pushes have one.
 *
 * <p>Remembers which outcomes must not get lost ({@link #unsent}) until their last byte was taken by the socket.
 * Thread-safe.
 */
final class Outbox {
    private static final int KEPT_BYTES = 4096;
    private static final int CONGESTED_BYTES = 256 * 1024;

    private final int maxPushes;
    private final int maxPushBytes;
    private OctetBuffer lines = new OctetBuffer(0);
    /** Whether the lines that were taken out last had too much room to keep it: the next are likely to need as much. */
    private boolean expectsMany;
    private int pushes;
    private int pushBytes;
    private long appendedBytes;
    private long sentBytes;
    private @Nullable ArrayDeque<Precious> precious;
    private boolean touched;

    /** An outcome that belongs to the receiver alone, and the place in the stream of bytes where its line ends. */
    private record Precious(Outcome outcome, long endsAt) {}

    Outbox(int maxPushes, int maxPushBytes) {
        this.maxPushes = maxPushes;
        this.maxPushBytes = maxPushBytes;
    }

    /** Appends a reply. Returns whether the connection has to be woken for it. */
    synchronized boolean append(String tag, Reply reply) {
        makeRoom();
        int before = lines.length();
        if (!tag.equals(Tag.NONE)) {
            lines.put('@').put(tag).put(' ');
        }
        ReplyCodec.encode(reply, lines);
        appendedBytes += lines.length() - before;
        return touch();
    }

    /** Appends the reply for an outcome that has to be dealt with if it is never sent. */
    synchronized boolean appendPrecious(String tag, Reply reply, Outcome outcome) {
        boolean wake = append(tag, reply);
        if (precious == null) {
            precious = new ArrayDeque<>(2);
        }
        precious.add(new Precious(outcome, appendedBytes));
        return wake;
    }

    /** Whether there is room for one more push of this size, where so many times the room is given that a slow peer has. */
    synchronized boolean hasRoomForPush(int bytes, int times) {
        return pushes < (long) maxPushes * times && pushBytes + bytes <= (long) maxPushBytes * times;
    }

    /** Appends the bytes of a push, of which there must be room. Returns whether the connection has to be woken for it. */
    synchronized boolean appendPush(byte[] line, int length) {
        makeRoom();
        lines.put(line, length);
        pushes++;
        pushBytes += length;
        appendedBytes += length;
        return touch();
    }

    /** How many pushes are waiting. */
    synchronized int pushes() {
        return pushes;
    }

    /** Whether so much is waiting that the peer should read before it asks for more. */
    synchronized boolean isCongested() {
        return lines.length() > CONGESTED_BYTES;
    }

    /** Takes all lines out; null where there are none. */
    synchronized @Nullable ByteBuf take(ByteBufAllocator allocator) {
        touched = false;
        if (lines.isEmpty()) {
            return null;
        }
        var bytes = allocator.directBuffer(lines.length());
        bytes.writeBytes(lines.array(), 0, lines.length());
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

    /** The socket took so many bytes more. */
    synchronized void sent(int bytes) {
        sentBytes += bytes;
        while (precious != null && precious.getFirst().endsAt <= sentBytes) {
            precious.removeFirst();
            if (precious.isEmpty()) {
                precious = null;
            }
        }
    }

    /** The precious outcomes that the socket did not take, the latest first. */
    synchronized List<Outcome> unsent() {
        var outcomes = new ArrayList<Outcome>();
        if (precious != null) {
            precious.descendingIterator().forEachRemaining(one -> outcomes.add(one.outcome));
            precious = null;
        }
        return outcomes;
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
