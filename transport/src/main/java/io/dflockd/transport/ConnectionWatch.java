package io.dflockd.transport;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a connection when something could be overdue. One task a connection sleeps until then; so a request costs no
 * timer, and a silent holder one look in each read time-out. Runs on the connection's thread.
 */
final class ConnectionWatch {
    private static final long PEER_CHECK_MS = 100;
    /** A look that comes so late says that the server did not run. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Time for the event loop to fetch what had arrived already. */
    private static final long LAST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int LOOKS_IN_A_WRITE_TIMEOUT = 4;

    private final Connection connection;
    private final Channel channel;
    private final ConnectionDeadlines deadlines;
    private final ConnectionDeadlines.Standing standing;
    private final ConnectionWriter writer;
    private final long writeNanos;
    private final LongSupplier nanoTime;
    private @Nullable ScheduledFuture<?> readCheck;
    private @Nullable ScheduledFuture<?> writeCheck;
    private boolean peerCheckPlanned;

    ConnectionWatch(
            Connection connection,
            ConnectionDeadlines deadlines,
            ConnectionDeadlines.Standing standing,
            ConnectionWriter writer,
            TransportSettings settings) {
        this.connection = connection;
        this.channel = connection.channel();
        this.deadlines = deadlines;
        this.standing = standing;
        this.writer = writer;
        this.writeNanos = settings.writeTimeout().toNanos();
        this.nanoTime = settings.nanoTime();
    }

    /** Does nothing where it has started. */
    void start() {
        if (readCheck != null) {
            return;
        }
        long now = nanoTime.getAsLong();
        planReading(now, deadlines.overdueAt(now, standing), false);
    }

    void stop() {
        cancel(readCheck);
        cancel(writeCheck);
    }

    /** The socket has not taken at once what it was given, as it does soon unless it is full. */
    void onWriting() {
        if (writeNanos > 0 && writeCheck == null) {
            planWriting(nanoTime.getAsLong(), writeNanos, false);
        }
    }

    /** Nothing is read for now, so the end of the connection would not be seen. Where the system can tell, it is asked. */
    void onPause() {
        if (!peerCheckPlanned) {
            peerCheckPlanned = true;
            channel.eventLoop().schedule(this::checkPeer, PEER_CHECK_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void planReading(long now, long at, boolean isLast) {
        readCheck = channel.eventLoop().schedule(() -> checkReading(at, isLast), at - now, TimeUnit.NANOSECONDS);
    }

    private void checkReading(long plannedAt, boolean wasLast) {
        long now = nanoTime.getAsLong();
        boolean late = allowForDelay(now - plannedAt);
        long overdueAt = deadlines.overdueAt(now, standing);
        if (overdueAt - now > 0) {
            planReading(now, overdueAt, false);
        } else if (!wasLast || late) {
            planReading(now, now + LAST_LOOK_NANOS, true);
        } else {
            connection.timeOut();
        }
    }

    private void planWriting(long now, long delay, boolean isLast) {
        long at = now + delay;
        writeCheck = channel.eventLoop().schedule(() -> checkWriting(at, isLast), delay, TimeUnit.NANOSECONDS);
    }

    /** Looks several times in a time-out how far the socket is. A connection that writes a lot needs no timer for each. */
    private void checkWriting(long plannedAt, boolean wasLast) {
        writeCheck = null;
        if (!writer.isWriting()) {
            return;
        }
        long now = nanoTime.getAsLong();
        boolean late = allowForDelay(now - plannedAt);
        writer.look(now);
        long rest = deadlines.writeOverdueAt() - now;
        if (rest > 0) {
            planWriting(now, Math.min(rest, writeNanos / LOOKS_IN_A_WRITE_TIMEOUT), false);
        } else if (!wasLast || late) {
            planWriting(now, LAST_LOOK_NANOS, true);
        } else {
            connection.giveUpWriting();
        }
    }

    private boolean allowForDelay(long late) {
        if (late > LATE_NANOS) {
            deadlines.onDelay(late);
            return true;
        }
        return false;
    }

    /** What was read is answered also to a peer that has ended its side and awaits its answers. */
    private void checkPeer() {
        peerCheckPlanned = false;
        if (!channel.isActive() || channel.config().isAutoRead()) {
            return;
        }
        if (!connection.goesOnByItself() && Transport.isPeerGone(channel)) {
            connection.onPeerGone();
        }
        if (channel.isActive() && !channel.config().isAutoRead()) {
            onPause();
        }
    }

    private static void cancel(@Nullable ScheduledFuture<?> task) {
        if (task != null) {
            task.cancel(false);
        }
    }
}
