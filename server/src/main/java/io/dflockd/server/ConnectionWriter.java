package io.dflockd.server;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import java.util.concurrent.TimeUnit;

/**
 * Gives a connection's socket what its outbox holds, one write at a time. What comes meanwhile goes with the next. Runs on
 * the connection's thread, except where a method says otherwise.
 */
final class ConnectionWriter {
    private static final long SLOW_PEER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Channel channel;
    private final Outbox outbox;
    private final ConnectionDeadlines deadlines;
    private final FutureListener<Void> goOn;
    /** Since when the socket has not taken all that it was given; 0 where it has. Set on the connection's thread. */
    private volatile long since;
    private int bytes;
    private long writes;

    /**
     * A writer that has written nothing yet.
     *
     * @param next runs when a write was not done at once, and is now
     */
    ConnectionWriter(Channel channel, Outbox outbox, ConnectionDeadlines deadlines, Runnable next) {
        this.channel = channel;
        this.outbox = outbox;
        this.deadlines = deadlines;
        this.goOn = future -> {
            written(future);
            next.run();
        };
    }

    /** Writes what there is. Returns whether the socket has taken all of it. */
    boolean write() {
        while (!isWriting() && channel.isActive()) {
            var lines = outbox.take(channel.alloc());
            if (lines == null) {
                return true;
            }
            bytes = lines.readableBytes();
            since = System.nanoTime() | 1;
            writes++;
            var written = channel.writeAndFlush(lines);
            if (written.isDone()) {
                written(written);
            } else {
                deadlines.onWriting();
                written.addListener(goOn);
            }
        }
        return false;
    }

    /** Whether the socket has yet to take some of what it was given. Thread-safe. */
    boolean isWriting() {
        return since != 0;
    }

    /** Whether the socket has been full for so long that the peer must be the slow one. Thread-safe. */
    boolean isPeerSlow() {
        long at = since;
        return at != 0 && System.nanoTime() - at > SLOW_PEER_NANOS;
    }

    /** How many times the socket was given something. */
    long writes() {
        return writes;
    }

    /** How much the socket has yet to take. */
    long pendingBytes() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    private void written(Future<?> future) {
        since = 0;
        deadlines.onWritten();
        if (future.isSuccess()) {
            outbox.sent(bytes);
        }
    }
}
