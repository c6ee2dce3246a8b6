package io.dflockd.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a connection's socket what its outbox holds, one write at a time. What comes meanwhile goes with the next. Tells the
 * outbox how far the socket has come also inside a write. Runs on the connection's thread, except where a method says
 * otherwise.
 *
 * <p>A plain socket moves the index of the buffer that it is given. Under TLS that index moves with the encryption; so there
 * each record is a write of its own, which is done when the socket has taken its last byte.
 */
final class ConnectionWriter {
    private static final long SLOW_PEER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Time for the event loop to hear of what the socket has taken already. */
    private static final long LAST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** A look that comes so late says that the server did not run. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** The plain text of one TLS record. */
    private static final int RECORD_BYTES = 16 * 1024;
    /** So much is given to the socket at once at most where there are more pieces; it may take megabytes. */
    private static final int TURN_BYTES = 256 * 1024;

    private static final AtomicLongFieldUpdater<ConnectionWriter> GIVEN = AtomicLongFieldUpdater
            .newUpdater(ConnectionWriter.class, "given");

    private final Channel channel;
    private final boolean encrypted;
    private final Outbox outbox;
    private final ConnectionDeadlines deadlines;
    private final LongSupplier nanoTime;
    private final Runnable onWriting;
    private final Runnable turn;
    private final FutureListener<Void> goOn;
    private final FutureListener<Void> recordTaken;
    /** Since when the socket has not taken all that it was given; 0 where it has. Set on the connection's thread. */
    private volatile long since;
    /** The write, named by {@link #since}, of which somebody wants to know whether the peer is slow; 0 for none. */
    private volatile long doubted;
    /** The write that the peer is slow to take, as the connection's thread has found; 0 for none. */
    private volatile long slow;
    private boolean judging;
    /** What is being written; kept beyond its end, because its index says how far it came. */
    private @Nullable ByteBuf lines;
    /** How many bytes are being written, and how many of these the outbox knows to be taken. */
    private int bytes;
    private int reported;
    private volatile long given;
    /** Whether it waits for its turn among those of its event loop that have long lines to make. */
    private boolean waiting;
    private boolean myTurn;

    /**
     * A writer that has written nothing yet.
     *
     * @param onWriting runs when a write is not done at once
     * @param next runs when such a write is done, or it is this writer's turn to make a piece of a long line
     */
    ConnectionWriter(
            Channel channel,
            boolean encrypted,
            Outbox outbox,
            ConnectionDeadlines deadlines,
            LongSupplier nanoTime,
            Runnable onWriting,
            Runnable next) {
        this.channel = channel;
        this.encrypted = encrypted;
        this.outbox = outbox;
        this.deadlines = deadlines;
        this.nanoTime = nanoTime;
        this.onWriting = onWriting;
        this.turn = () -> {
            waiting = false;
            myTurn = true;
            next.run();
            myTurn = false;
        };
        this.goOn = future -> {
            written(future);
            next.run();
        };
        this.recordTaken = future -> {
            if (future.isSuccess()) {
                report(reported + RECORD_BYTES);
            }
        };
    }

    /** Writes what there is and can be made now. Returns whether the socket has taken all and nothing is left. */
    boolean write() {
        judge();
        int most = TURN_BYTES;
        while (!isWriting() && channel.isActive()) {
            boolean may = most > 0 || !outbox.hasPieces();
            var next = may ? outbox.take(channel.alloc(), myTurn) : Unpooled.EMPTY_BUFFER;
            myTurn = false;
            if (next == null) {
                return true;
            }
            if (!next.isReadable()) {
                waitForTurn();
                return false;
            }
            most -= next.readableBytes();
            write(next);
        }
        return false;
    }

    private void write(ByteBuf next) {
        lines = next;
        bytes = next.readableBytes();
        GIVEN.lazySet(this, given + bytes);
        reported = 0;
        long now = nanoTime.getAsLong();
        since = now | 1;
        deadlines.onWriting(now);
        var written = encrypted ? writeRecords(next) : channel.writeAndFlush(next.retain());
        if (written.isDone()) {
            written(written);
        } else {
            onWriting.run();
            written.addListener(goOn);
        }
    }

    private void waitForTurn() {
        if (!waiting) {
            waiting = true;
            Turns.current().add(channel.eventLoop(), turn);
        }
    }

    private Future<Void> writeRecords(ByteBuf all) {
        while (all.readableBytes() > RECORD_BYTES) {
            channel.write(all.readRetainedSlice(RECORD_BYTES)).addListener(recordTaken);
        }
        return channel.writeAndFlush(all.retain());
    }

    /** How many bytes it has given to the socket. Thread-safe. */
    long given() {
        return given;
    }

    /** Whether the socket has yet to take some of what it was given. Thread-safe. */
    boolean isWriting() {
        return since != 0;
    }

    /** Whether it has made a part of a line and waits for its turn to make more. Asked on the connection's thread. */
    boolean isWaiting() {
        return waiting;
    }

    /**
     * Whether the socket has been full for so long that the peer must be the slow one. The connection's thread alone finds
     * that: another sees only that time has passed, in which the process may have stood still. Thread-safe.
     */
    boolean isPeerSlow() {
        long at = since;
        return at != 0 && at == slow;
    }

    /**
     * Whether the connection should be woken to find whether the peer is slow: the socket has been full for long enough, and
     * nobody has asked about this write before. Thread-safe.
     */
    boolean mayBeSlow() {
        long at = since;
        if (at == 0 || at == doubted || nanoTime.getAsLong() - at <= SLOW_PEER_NANOS) {
            return false;
        }
        doubted = at;
        return true;
    }

    private void judge() {
        long at = since;
        if (at != 0 && at == doubted && at != slow && !judging) {
            judging = true;
            planLook(at);
        }
    }

    private void planLook(long write) {
        long at = nanoTime.getAsLong() + LAST_LOOK_NANOS;
        channel.eventLoop().schedule(() -> lookWhetherSlow(write, at), LAST_LOOK_NANOS, TimeUnit.NANOSECONDS);
    }

    private void lookWhetherSlow(long write, long plannedAt) {
        if (since == write && nanoTime.getAsLong() - plannedAt > LATE_NANOS) {
            planLook(write);
            return;
        }
        judging = false;
        if (since == write) {
            slow = write;
        } else {
            judge(); // the next may have been doubted meanwhile
        }
    }

    /** Tells the outbox and the deadlines how far the socket has come. */
    void look(long now) {
        var buffer = channel.unsafe().outboundBuffer();
        if (buffer != null) {
            deadlines.onProgress(now, given - (buffer.totalPendingWriteBytes() - buffer.currentProgress()));
        }
        reportIndex();
    }

    /** The channel is closed: nothing more is taken. */
    void stop() {
        reportIndex();
    }

    private void written(Future<?> future) {
        since = 0;
        deadlines.onWritten(nanoTime.getAsLong());
        if (future.isSuccess()) {
            report(bytes);
        } else {
            reportIndex();
        }
        if (lines != null) {
            lines.release();
            lines = null;
        }
    }

    private void reportIndex() {
        if (lines != null && !encrypted) {
            report(lines.readerIndex());
        }
    }

    private void report(int taken) {
        if (taken > reported) {
            outbox.sent(taken - reported);
            reported = taken;
        }
    }
}
