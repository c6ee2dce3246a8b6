package io.dflockd.server;

import io.dflockd.engine.Outcome;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: cuts what it reads into requests, writes what its outbox holds, and ends when the peer is
 * gone, silent for too long or too slow. Runs on the thread of its event loop, except where a method says otherwise.
 */
final class Connection extends ChannelInboundHandlerAdapter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int MAX_PUSH_BYTES = 1 << 20;
    private static final int OWN_DELAY_FACTOR = 16;
    private static final long LAST_ANSWERS_MS = 1000;
    private static final long AUTH_FAILURE_PAUSE_MS = 100;
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[64 * 1024];
        }
    };

    private final Service service;
    private final Outbox outbox;
    private final RequestDecoder decoder;
    private final ConnectionDeadlines deadlines;
    private final ConnectionWriter writer;
    private final Lane lane;
    private volatile Session session;
    private final Channel channel;
    private boolean authenticated;
    /** Nothing more is read; the connection ends when its outbox is empty. */
    private boolean closing;
    private volatile boolean overflowed;
    private volatile boolean superseded;

    /** The connection of a channel that was just accepted. */
    Connection(Service service, Channel channel) {
        this.service = service;
        this.channel = channel;
        this.outbox = new Outbox(service.config().pushQueue(), MAX_PUSH_BYTES);
        this.decoder = new RequestDecoder(service.config().maxArgBytes());
        this.authenticated = service.authenticator().isEmpty();
        this.lane = new Lane(this, service);
        this.session = service.driver().open(this);
        this.deadlines = new ConnectionDeadlines(this, service.config());
        this.writer = new ConnectionWriter(channel, outbox, deadlines, this);
        channel.closeFuture().addListener(_ -> ended());
    }

    /** Whom it speaks for. Thread-safe. */
    Session session() {
        return session;
    }

    /** Has it speak for another session. With the engine's lock held. */
    void setSession(Session session) {
        this.session = session;
    }

    /** Whether an untagged request blocks those behind it. */
    boolean isBlocked() {
        return session.isBlocked();
    }

    Channel channel() {
        return channel;
    }

    boolean isAuthenticated() {
        return authenticated;
    }

    boolean isInsideRequest() {
        return decoder.isInsideRequest();
    }

    /** Whether its session owns something or waits for an answer. */
    boolean isInUse() {
        return service.driver().isInUse(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        deadlines.start();
        LOG.atDebug().setMessage("connected").addKeyValue("conn", session.id()).addKeyValue("peer", peer()).log();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var bytes = (ByteBuf) message;
        try {
            boolean wasInside = decoder.isInsideRequest();
            var scratch = SCRATCH.get();
            while (bytes.isReadable() && !closing) {
                int count = Math.min(bytes.readableBytes(), scratch.length);
                bytes.readBytes(scratch, 0, count);
                decoder.decode(scratch, 0, count, this::receive);
            }
            deadlines.onRead(wasInside);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Batch.current().finish();
        pauseOrResumeReading();
    }

    /** The peer sends no more. It ends at once, but for the answers that the socket is taking. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            Batch.current().finish();
            if (writer.isWriting()) {
                closing = true;
                channel.eventLoop().schedule(() -> channel.close(), LAST_ANSWERS_MS, TimeUnit.MILLISECONDS);
            } else {
                channel.close();
            }
        }
    }

    private void receive(String tag, Request request) {
        if (closing) {
            return;
        }
        if (authenticated) {
            lane.submit(tag, request);
        } else {
            authenticate(tag, request);
        }
    }

    private void authenticate(String tag, Request request) {
        authenticated = request instanceof Request.Auth auth
                && service.authenticator().orElseThrow().accepts(auth.token());
        if (authenticated) {
            reply(tag, Replies.OK);
        } else {
            service.gate().wrongToken(channel.remoteAddress());
            refuseAuthentication(tag);
        }
    }

    private void refuseAuthentication(String tag) {
        service.gate().authenticationFailed(channel.remoteAddress());
        closing = true;
        reply(tag, Replies.AUTH_FAILED);
        channel.config().setAutoRead(false);
        channel.eventLoop().schedule(() -> channel.close(), AUTH_FAILURE_PAUSE_MS, TimeUnit.MILLISECONDS);
    }

    /** Appends a reply. Thread-safe. */
    void reply(String tag, Reply reply) {
        if (outbox.append(tag, reply)) {
            Batch.current().add(this);
        }
    }

    /** Appends a reply whose outcome must be dealt with if it is not sent. Thread-safe. */
    void replyPrecious(String tag, Reply reply, Outcome outcome) {
        if (outbox.appendPrecious(tag, reply, outcome)) {
            Batch.current().add(this);
        }
    }

    /** Appends a push, or gives the connection up if too many are waiting already. Thread-safe. */
    void push(byte[] line, int length) {
        if (overflowed) {
            return;
        }
        if (!hasRoomForPush(length)) {
            overflowed = true;
            Batch.current().add(this);
        } else if (outbox.appendPush(line, length)) {
            Batch.current().add(this);
        }
    }

    /**
     * Where the socket takes what it is given, pushes wait only for this server's own threads, which is not the peer's
     * fault, so there is more room.
     */
    private boolean hasRoomForPush(int length) {
        return outbox.hasRoomForPush(length, 1)
                || (!writer.isPeerSlow() && outbox.hasRoomForPush(length, OWN_DELAY_FACTOR));
    }

    /** Outcomes that the socket never took. Thread-safe. */
    List<Outcome> unsent() {
        return outbox.unsent();
    }

    /** How many signals and events it still has. Thread-safe. */
    int unsentPushes() {
        return outbox.pushes();
    }

    ConnectionWriter writer() {
        return writer;
    }

    boolean isCongested() {
        return outbox.isCongested();
    }

    void refused(Request.Malformed malformed) {
        LOG.atDebug()
                .setMessage("malformed request")
                .addKeyValue("conn", session.id())
                .addKeyValue("code", malformed.error().code())
                .addKeyValue("error", malformed.error().meaning())
                .addKeyValue("command", malformed.line())
                .log();
    }

    /** Another connection speaks for its session from now on. Thread-safe. */
    void supersede() {
        superseded = true;
        Batch.current().add(this);
    }

    /** Has the connection do what became possible or necessary: write, go on with its requests, end. Thread-safe. */
    void wake() {
        if (channel.eventLoop().inEventLoop()) {
            work();
        } else {
            channel.eventLoop().execute(this);
        }
    }

    @Override
    public void run() {
        work();
        Batch.current().finish();
    }

    private void work() {
        if (overflowed) {
            cutOff();
            return;
        }
        if (superseded) {
            giveUp("superseded by a connection that took its session over");
            return;
        }
        do {
            lane.proceed();
            write();
        } while (lane.canProceed());
        pauseOrResumeReading();
    }

    private void cutOff() {
        if (channel.isActive()) {
            service.counters().slowConsumerClosed();
            LOG.atWarn()
                    .setMessage("closed a connection that does not read what it subscribed to")
                    .addKeyValue("conn", session.id())
                    .addKeyValue("peer", peer())
                    .log();
            channel.close();
        }
    }

    private void write() {
        if (writer.write() && closing && !isWaitingToClose()) {
            channel.close();
        }
    }

    /** A failed authentication is followed by a pause. */
    private boolean isWaitingToClose() {
        return !authenticated;
    }

    /** Reads no more, writes what is to be written, and closes. */
    void closeAfterWriting() {
        closing = true;
        Batch.current().add(this);
    }

    /** The server is about to stop. */
    void drain() {
        lane.proceed();
        closeAfterWriting();
        Batch.current().finish();
    }

    /** The peer kept the server waiting for too long. */
    void timeOut() {
        LOG.atDebug().setMessage("timed out").addKeyValue("conn", session.id()).addKeyValue("peer", peer()).log();
        if (!authenticated) {
            refuseAuthentication("");
        } else {
            reply("", Replies.ERROR);
            closeAfterWriting();
        }
        Batch.current().finish();
    }

    /** The socket took nothing for too long, or the peer is gone. */
    void giveUp(String reason) {
        LOG.atDebug().setMessage(reason).addKeyValue("conn", session.id()).addKeyValue("peer", peer()).log();
        channel.close();
    }

    private void pauseOrResumeReading() {
        if (closing) {
            return;
        }
        boolean read = !lane.isBacklogged() && !outbox.isCongested();
        var config = channel.config();
        if (config.isAutoRead() != read) {
            config.setAutoRead(read);
            if (!read) {
                deadlines.watchUnreadPeer();
            }
        }
    }

    private void ended() {
        closing = true;
        deadlines.stop();
        service.driver().disconnected(this);
        service.closed(this);
        LOG.atDebug().setMessage("disconnected").addKeyValue("conn", session.id()).addKeyValue("peer", peer()).log();
        Batch.current().finish();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean peersFault = cause instanceof IOException || cause.getCause() instanceof SSLException;
        var log = peersFault ? LOG.atDebug() : LOG.atError().setCause(cause);
        log.setMessage("connection failed")
                .addKeyValue("conn", session.id())
                .addKeyValue("peer", peer())
                .addKeyValue("reason", cause.getMessage())
                .log();
        ctx.close();
    }

    private @Nullable Object peer() {
        return channel.remoteAddress();
    }
}
