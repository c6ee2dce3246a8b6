package io.dflockd.transport;

import io.dflockd.protocol.Dialect;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestDecoder;
import io.dflockd.service.RequestHandler;
import io.dflockd.service.session.Caller;
import io.dflockd.service.stats.ServerCounters;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: hands what it reads to its {@link Intake}, what its {@link Outlet} has got to its socket, and ends
 * when the peer is gone, silent for too long or too slow. Runs on the thread of its event loop, but for being woken.
 */
final class Connection extends ChannelInboundHandlerAdapter
        implements
            Batch.Wakeable,
            Lane.Starts,
            ConnectionDeadlines.Standing,
            Runnable {
    /** What may wait to be written or to be started before nothing more is started and read. */
    static final int BUDGET_BYTES = 256 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int MAX_PUSH_BYTES = 1 << 20;
    private static final int BYTES_OF_A_TAG = 256;
    private static final long LAST_ANSWERS_MS = 1000;
    private static final long AUTH_FAILURE_PAUSE_MS = 100;
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[64 * 1024];
        }
    };

    private final Connections connections;
    private final RequestHandler handler;
    private final Channel channel;
    private final LongSupplier nanoTime;
    private final ConnectionMemory.Account account;
    private final Outbox outbox;
    private final Outlet outlet;
    private final ConnectionDeadlines deadlines;
    private final RequestDecoder decoder;
    private final Intake intake;
    private final ConnectionWriter writer;
    private final ConnectionWatch watch;
    private final Caller caller;
    private boolean closePlanned;
    private boolean turnPlanned;
    private boolean inputEnded;
    private boolean endPlanned;
    private boolean draining;
    /** Why it ends, once that is known: the first reason counts. */
    private volatile ServerCounters.@Nullable Closed endsFor;

    /** The connection of a channel over which {@code peer} speaks. */
    Connection(
            Connections connections,
            RequestHandler handler,
            TransportSettings settings,
            Channel channel,
            Peer peer,
            boolean encrypted,
            Dialect dialect) {
        this.connections = connections;
        this.handler = handler;
        this.channel = channel;
        this.nanoTime = settings.nanoTime();
        this.account = connections.memory().open(Connections.fixedBytes(encrypted), this::evict);
        this.outbox = new Outbox(settings.maxPushes(), MAX_PUSH_BYTES, dialect, account);
        this.deadlines = new ConnectionDeadlines(
                settings.readTimeout().toNanos(), settings.writeTimeout().toNanos(), nanoTime.getAsLong());
        this.writer = new ConnectionWriter(
                channel, encrypted, outbox, deadlines, nanoTime, this::startedWriting, this);
        this.outlet = new Outlet(connections, peer, outbox, writer, this);
        this.caller = handler.connected(outlet);
        this.decoder = caller.isAuthenticated()
                ? new RequestDecoder(settings.maxArgBytes())
                : RequestDecoder.beforeAuth(settings.maxArgBytes());
        this.intake = new Intake(decoder, new Lane(this, BUDGET_BYTES), deadlines);
        this.watch = new ConnectionWatch(this, deadlines, this, writer, settings);
        channel.closeFuture().addListener(future -> ended());
    }

    Channel channel() {
        return channel;
    }

    /** What others see of it. */
    Outlet outlet() {
        return outlet;
    }

    /** It may be active already, where it has waited for somebody to serve it. */
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            watch.start();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        watch.start();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var bytes = (ByteBuf) message;
        try {
            var scratch = SCRATCH.get();
            long now = nanoTime.getAsLong();
            outlet.received(bytes.readableBytes());
            var turns = Turns.current();
            intake.beginRound(turns.round());
            if (turns.isOverAfter(bytes.readableBytes())) {
                intake.endRound();
            }
            while (bytes.isReadable() && !outlet.isClosing()) {
                int count = Math.min(bytes.readableBytes(), scratch.length);
                bytes.readBytes(scratch, 0, count);
                intake.read(scratch, count, now);
            }
            if (intake.isFull()) {
                pauseOrResumeReading();
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Batch.current().finish();
        if (!turnPlanned) {
            intake.beginReading();
        }
        pauseOrResumeReading();
    }

    /** All is encrypted from now on, and nothing was read yet. The peer may have shown a certificate. */
    void onEncrypted(SSLSession session) {
        outlet.encrypted();
        try {
            if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
                handler.certified(caller, certificate);
                if (caller.isAuthenticated()) {
                    decoder.authenticated();
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            LOG.atTrace().setMessage("no certificate").addKeyValue("conn", caller.connection()).log();
        }
    }

    /** The peer sends no more. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            run();
        }
    }

    /** The peer has sent all that it sends, of which something is unread. It may still take answers, and be read then. */
    void onPeerGone() {
        if (caller.isBlocked()) {
            inputEnded = true;
            run();
        } else {
            planEnd();
        }
    }

    /**
     * It ends when it has started what it had read up to a request that waits for others, and the peer has taken the answers:
     * soon, whatever the peer does.
     */
    private void endInput() {
        endsFor(ServerCounters.Closed.PEER);
        if (!outlet.isClosing() && intake.isTurnOver()) {
            planTurn();
        } else if (!outlet.isClosing() && intake.hasMore() && (!caller.isBlocked() || caller.isUnderWay())) {
            planEnd(); // goes on when some of the answers are taken or made
        } else if (writer.isWriting() || writer.isWaiting() || caller.isWorkedFor()) {
            outlet.close();
            intake.end();
            planEnd();
        } else {
            channel.close();
        }
    }

    private void endsFor(ServerCounters.Closed reason) {
        if (endsFor == null) {
            endsFor = reason;
        }
    }

    /** The server ends it, whatever it has to say. By any thread. */
    void abandon() {
        endsFor(ServerCounters.Closed.OPERATOR);
        channel.close();
    }

    private void planEnd() {
        if (!endPlanned) {
            endPlanned = true;
            channel.eventLoop().schedule(() -> channel.close(), LAST_ANSWERS_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public boolean isBlocked() {
        return caller.isBlocked();
    }

    @Override
    public boolean isHeldBack(Request request) {
        return handler.isHeldBack(caller, request);
    }

    @Override
    public boolean isChanging() {
        return caller.isChanging();
    }

    @Override
    public boolean isBusy() {
        return handler.isBusy(caller);
    }

    @Override
    public boolean isAuthenticated() {
        return caller.isAuthenticated();
    }

    @Override
    public boolean isInUse() {
        return handler.isInUse(caller);
    }

    @Override
    public long unsentBytes() {
        return outbox.unsentBytes();
    }

    @Override
    public boolean goesAtOnce(Request request) {
        return handler.goesAtOnce(caller, request);
    }

    @Override
    public void start(String tag, Request request) {
        if (outlet.endReason() == null) {
            boolean authenticated = caller.isAuthenticated();
            handler.handle(caller, tag, request);
            if (!authenticated && caller.isAuthenticated()) {
                decoder.authenticated();
            }
            if (outlet.isClosing()) {
                intake.end();
            }
        }
    }

    private void evict(long bytes) {
        outlet.evict(bytes);
    }

    @Override
    public void wake() {
        if (channel.eventLoop().inEventLoop()) {
            work();
        } else {
            wakeLater();
        }
    }

    @Override
    public void wakeLater() {
        connections.wakes(channel.eventLoop()).add(this);
    }

    @Override
    public void run() {
        Batch.current().add(this);
        Batch.current().finish();
    }

    private void work() {
        var reason = outlet.endReason();
        if (reason != null) {
            close(reason);
            return;
        }
        do {
            intake.proceed(nanoTime);
            write();
        } while (intake.canProceed());
        pauseOrResumeReading();
        catchUp();
        if (inputEnded && !outlet.isClosing() && channel.isOpen()) {
            endInput();
        }
    }

    /** Whether there are answers that it can still be given, also when nothing more is read. */
    private boolean isBehind() {
        return caller.isBehind() && !caller.isEnded();
    }

    /** Takes a slice of the answers that its session kept for it; others have their turn before the next. */
    private void catchUp() {
        if (!isBehind() || outlet.isCongested() || outlet.endReason() != null) {
            return;
        }
        handler.catchUp(caller);
        write();
        if (isBehind() && !outlet.isCongested()) {
            Turns.current().add(channel.eventLoop(), this);
        }
    }

    private void close(String reason) {
        if (!closePlanned) {
            closePlanned = true;
            endsFor(reasonOf(reason));
            if (outlet.evictedBytes() > 0) {
                connections.logEviction(caller::identify, outlet.evictedBytes());
            }
            caller.identify(outlet.hasOverflowed() ? LOG.atWarn() : LOG.atDebug())
                    .setMessage("closed a connection")
                    .addKeyValue("reason", reason)
                    .log();
            intake.end();
            closeAtOnce();
        }
    }

    private ServerCounters.Closed reasonOf(String reason) {
        if (outlet.hasOverflowed() || outlet.evictedBytes() > 0) {
            return ServerCounters.Closed.SLOW_CONSUMER;
        }
        return handler.endsAsOthersGoOn(reason) ? ServerCounters.Closed.SUPERSEDED : ServerCounters.Closed.ERROR;
    }

    /** Does not wait for the farewell of TLS, which a peer that reads nothing would hold up for seconds. */
    private void closeAtOnce() {
        var outermost = channel.pipeline().firstContext();
        if (outermost == null) {
            channel.close();
        } else {
            outermost.close();
        }
    }

    private void write() {
        boolean all = writer.write();
        if (!outlet.isClosing()) {
            return;
        }
        intake.end();
        endsFor(caller.isAuthenticated() ? ServerCounters.Closed.ERROR : ServerCounters.Closed.AUTH);
        if (!caller.isAuthenticated()) {
            pauseAndClose();
        } else if (all && !caller.isWorkedFor() && !isBehind()) {
            channel.close();
        }
    }

    /** Who fails to authenticate must wait for the next attempt. */
    private void pauseAndClose() {
        if (!closePlanned) {
            closePlanned = true;
            channel.config().setAutoRead(false);
            channel.eventLoop().schedule(() -> channel.close(), AUTH_FAILURE_PAUSE_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether it goes on by itself, soon, with what it has read. */
    boolean goesOnByItself() {
        return turnPlanned || caller.goesOnByItself();
    }

    private void planTurn() {
        if (!turnPlanned) {
            turnPlanned = true;
            Turns.current().add(channel.eventLoop(), this::takeTurn);
        }
    }

    /** All others were read from since it had started as much as it may at a time. */
    private void takeTurn() {
        turnPlanned = false;
        intake.beginTurn();
        run();
        if (draining && !inputEnded && !outlet.isClosing()) {
            drain();
        }
    }

    private void startedWriting() {
        watch.onWriting();
    }

    /** The server is about to stop: nothing more is read, what was read is refused. */
    void drain() {
        draining = true;
        endsFor(ServerCounters.Closed.OPERATOR);
        channel.config().setAutoRead(false);
        intake.proceed(nanoTime);
        if (intake.isTurnOver()) {
            planTurn();
        } else {
            outlet.endAfterWriting();
        }
        Batch.current().finish();
    }

    /** The peer takes nothing of what it is sent. */
    void giveUpWriting() {
        endsFor(ServerCounters.Closed.TIMEOUT);
        outlet.end("the peer takes nothing");
        Batch.current().finish();
    }

    /** The peer kept the server waiting for too long. */
    void timeOut() {
        endsFor(ServerCounters.Closed.TIMEOUT);
        handler.timedOut(caller);
        Batch.current().finish();
    }

    private void pauseOrResumeReading() {
        account.input(intake.heldBytes() + (long) caller.tagsInFlight() * BYTES_OF_A_TAG + caller.rememberedBytes());
        if (outlet.isClosing()) {
            return;
        }
        if (intake.isTurnOver()) {
            planTurn();
        }
        if (inputEnded || !channel.isOpen()) {
            return; // the system refuses to have it watched any more
        }
        boolean read = !draining && !intake.isFull();
        var config = channel.config();
        if (config.isAutoRead() == read) {
            return;
        }
        if (read) {
            deadlines.onResume(nanoTime.getAsLong());
            config.setAutoRead(true);
        } else {
            config.setAutoRead(false);
            deadlines.onPause(nanoTime.getAsLong());
            watch.onPause();
        }
    }

    private void ended() {
        outlet.close();
        intake.end();
        watch.stop();
        writer.stop();
        handler.disconnected(caller);
        outbox.end();
        var reason = endsFor;
        connections.remove(this, reason == null ? ServerCounters.Closed.PEER : reason);
        Batch.current().finish();
    }

    @Override
    public void fail(Throwable cause) {
        boolean peersFault = cause instanceof IOException || cause.getCause() instanceof SSLException;
        endsFor(peersFault ? ServerCounters.Closed.PEER : ServerCounters.Closed.ERROR);
        var log = peersFault ? LOG.atDebug() : LOG.atError().setCause(cause);
        caller.identify(log)
                .setMessage("connection failed")
                .addKeyValue("reason", cause.getMessage())
                .log();
        channel.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
    }
}
