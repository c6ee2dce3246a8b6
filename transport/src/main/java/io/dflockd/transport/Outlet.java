package io.dflockd.transport;

import io.dflockd.protocol.Reply;
import io.dflockd.service.session.Flow;
import io.dflockd.service.session.LateReply;
import io.dflockd.service.session.LongPush;
import io.dflockd.service.session.Precious;
import io.dflockd.service.session.Receiver;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What others see of a connection: takes the lines for its client into its outbox, from any thread, and has it woken; and
 * keeps whether and why it is to end, which the connection does on its own thread.
 */
final class Outlet implements Receiver {
    private static final int OWN_DELAY_FACTOR = 16;

    private static final AtomicLongFieldUpdater<Outlet> BYTES_IN = AtomicLongFieldUpdater.newUpdater(Outlet.class,
            "bytesIn");

    private final Connections connections;
    private final Peer peer;
    private final Outbox outbox;
    private final ConnectionWriter writer;
    private final Batch.Wakeable connection;
    private volatile boolean closing;
    private volatile @Nullable String endReason;
    private volatile boolean overflowed;
    private volatile long evictedBytes;
    private volatile boolean tls;
    private volatile long bytesIn;

    /** The outlet of a connection whose writer empties this outbox. */
    Outlet(Connections connections, Peer peer, Outbox outbox, ConnectionWriter writer, Batch.Wakeable connection) {
        this.connections = connections;
        this.peer = peer;
        this.outbox = outbox;
        this.writer = writer;
        this.connection = connection;
    }

    @Override
    public String peer() {
        return peer.text();
    }

    @Override
    public @Nullable InetAddress source() {
        return peer.source();
    }

    @Override
    public Flow flow() {
        return new Flow(tls, bytesIn, writer.given());
    }

    /** The client speaks TLS. */
    void encrypted() {
        tls = true;
    }

    /** So much was read. By the connection's thread alone. */
    void received(int bytes) {
        BYTES_IN.lazySet(this, bytesIn + bytes);
    }

    @Override
    public void reply(String tag, Reply reply) {
        if (outbox.append(tag, reply)) {
            expectMore();
        }
    }

    @Override
    public void replyLate(String tag, LateReply reply, @Nullable Precious precious) {
        if (outbox.appendLate(tag, reply, precious)) {
            expectMore();
        }
    }

    @Override
    public void replyPrecious(String tag, Reply reply, Precious precious) {
        if (outbox.appendPrecious(tag, reply, precious)) {
            expectMore();
        }
    }

    @Override
    public void push(byte[] line, int length) {
        var offer = outbox.offerPush(line, length, 1);
        if (offer == Outbox.Offer.NO_ROOM && !isPeerSlow()) {
            offer = outbox.offerPush(line, length, OWN_DELAY_FACTOR);
        }
        offered(offer);
    }

    @Override
    public void push(LongPush push) {
        var line = connections.sharedLines().of(push);
        var offer = outbox.offerShared(line, 1);
        if (offer == Outbox.Offer.NO_ROOM && !isPeerSlow()) {
            offer = outbox.offerShared(line, OWN_DELAY_FACTOR);
        }
        line.release();
        offered(offer);
    }

    private boolean isPeerSlow() {
        if (writer.mayBeSlow()) {
            expectMore();
        }
        return writer.isPeerSlow();
    }

    /**
     * Where the socket takes what it is given, pushes wait only for this server's own threads, which is not the peer's
     * fault, so there is more room.
     */
    private void offered(Outbox.Offer offer) {
        switch (offer) {
            case WAKE -> expectMore();
            case TAKEN -> {}
            case NO_ROOM -> {
                outbox.dropPush();
                overflowed = true;
                connections.counters().slowConsumerClosed();
                end("it does not read what it subscribed to");
            }
        }
    }

    @Override
    public List<Precious> unsent() {
        return outbox.unsent();
    }

    @Override
    public int unsentPushes() {
        return outbox.unsentPushes();
    }

    @Override
    public boolean isCongested() {
        return outbox.unsentBytes() > Connection.BUDGET_BYTES;
    }

    @Override
    public void expectMore() {
        Batch.current().add(connection);
    }

    @Override
    public void end(String reason) {
        endReason = reason;
        outbox.close();
        expectMore();
    }

    @Override
    public void endAfterWriting() {
        closing = true;
        expectMore();
    }

    /** Ends it, as it was the largest when all connections together were too large. */
    void evict(long bytes) {
        connections.counters().evicted();
        evictedBytes = bytes;
        end("all connections together take too much memory, this one most");
    }

    /** From now on nothing more is read; the connection ends when its outbox is empty. */
    void close() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    /** Why it ends at once; null while it does not. */
    @Nullable
    String endReason() {
        return endReason;
    }

    /** Whether it ends as it had no room for a push. */
    boolean hasOverflowed() {
        return overflowed;
    }

    /** With how much it was the largest when it had to end for all; 0 where it had not. */
    long evictedBytes() {
        return evictedBytes;
    }
}
