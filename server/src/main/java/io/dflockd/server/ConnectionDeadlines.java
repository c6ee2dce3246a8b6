package io.dflockd.server;

import io.dflockd.server.config.ServerConfig;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a connection may keep the server waiting. One task a connection sleeps until the earliest time at which
 * something could be overdue and then looks; so a request costs no timer, and a silent holder one look in each read
 * time-out. Runs on the connection's thread.
 *
 * <ul>
 *   <li>Before authentication: the read time-out, at most ten seconds, from the start.
 *   <li>Inside a request: the read time-out from its first byte on.
 *   <li>Otherwise: the read time-out from the last byte on, unless the connection owns something or waits for an answer.
 *   <li>While the socket takes nothing of what is to be written: the write time-out.
 * </ul>
 */
final class ConnectionDeadlines {
    private static final long AUTH_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PEER_CHECK_MS = 100;

    private final Connection connection;
    private final long readNanos;
    private final long writeNanos;
    private long openedAt;
    private long activeAt;
    private long requestBeganAt;
    private boolean wasInUse;
    private @Nullable ScheduledFuture<?> readCheck;
    private @Nullable ScheduledFuture<?> writeCheck;

    ConnectionDeadlines(Connection connection, ServerConfig config) {
        this.connection = connection;
        this.readNanos = config.readTimeout().toNanos();
        this.writeNanos = config.writeTimeout().toNanos();
    }

    void start() {
        openedAt = System.nanoTime();
        activeAt = openedAt;
        checkReading();
    }

    void stop() {
        cancel(readCheck);
        cancel(writeCheck);
    }

    /** Bytes came. {@code wasInside} says whether they began in the middle of a request. */
    void onRead(boolean wasInside) {
        activeAt = System.nanoTime();
        if (!wasInside || !connection.isInsideRequest()) {
            requestBeganAt = activeAt;
        }
    }

    /** The socket was given something and has yet to say that it took it, as it does soon unless it is full. */
    void onWriting() {
        if (writeNanos > 0 && writeCheck == null) {
            checkWriting(connection.writer().pendingBytes(), connection.writer().writes());
        }
    }

    void onWritten() {
        activeAt = System.nanoTime();
    }

    /**
     * Nothing is read for now, so the end of the connection would not be seen. Where the system can tell, it is asked.
     */
    void watchUnreadPeer() {
        connection.channel().eventLoop().schedule(this::checkPeer, PEER_CHECK_MS, TimeUnit.MILLISECONDS);
    }

    private void checkReading() {
        long now = System.nanoTime();
        long overdueAt = readingOverdueAt(now);
        if (overdueAt - now <= 0) {
            connection.timeOut();
        } else {
            readCheck = connection.channel()
                    .eventLoop()
                    .schedule(this::checkReading, overdueAt - now, TimeUnit.NANOSECONDS);
        }
    }

    private long readingOverdueAt(long now) {
        if (!connection.isAuthenticated()) {
            return openedAt + Math.min(AUTH_NANOS, readNanos);
        }
        if (connection.isInsideRequest() && !connection.isBlocked()) {
            return requestBeganAt + readNanos;
        }
        if (connection.isInUse()) {
            wasInUse = true;
            requestBeganAt = now;
            return now + readNanos;
        }
        if (wasInUse) {
            // It ceased to own anything at some time since the last look, so its silence counts from now on.
            wasInUse = false;
            activeAt = now;
        }
        return activeAt + readNanos;
    }

    /** Looks later on whether the same write is as far as it was. A connection that writes a lot needs no timer for each. */
    private void checkWriting(long pendingBefore, long writesBefore) {
        writeCheck = connection.channel().eventLoop().schedule(() -> {
            writeCheck = null;
            if (!connection.writer().isWriting()) {
                return;
            }
            long pending = connection.writer().pendingBytes();
            if (connection.writer().writes() == writesBefore && pending >= pendingBefore) {
                connection.giveUp("the peer takes nothing");
            } else {
                checkWriting(pending, connection.writer().writes());
            }
        }, writeNanos, TimeUnit.NANOSECONDS);
    }

    private void checkPeer() {
        var channel = connection.channel();
        if (!channel.isActive() || channel.config().isAutoRead()) {
            return;
        }
        if (Transport.isPeerGone(channel)) {
            connection.giveUp("the peer is gone");
        } else {
            watchUnreadPeer();
        }
    }

    private static void cancel(@Nullable ScheduledFuture<?> task) {
        if (task != null) {
            task.cancel(false);
        }
    }
}
