package io.dflockd.http.listener;

import io.dflockd.http.access.Guard;
import io.dflockd.http.access.Voucher;
import io.dflockd.http.route.RouteTable;
import io.dflockd.service.admin.AdminAudit;
import io.dflockd.transport.AdminPassage;
import io.dflockd.transport.Introduction;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Listens for HTTP on one port, with one thread of its own: neither the clients of the server nor those who look at it wait
 * for the other. Thread-safe.
 */
public final class Listener implements AutoCloseable {
    static final int MAX_LINE_BYTES = 4 * 1024;
    static final int MAX_HEADER_BYTES = 12 * 1024;
    private static final int MAX_CONNECTIONS = 128;
    /** That members pass on, in all. */
    private static final int MAX_PASSED = 128;
    /** What a member adds to the head of a request, at most. */
    private static final int MORE_HEADER_BYTES = 256;
    static final int MAX_CHUNK_BYTES = 8 * 1024;
    private static final int BACKLOG = 256;
    private static final long FORCED_CLOSE_MS = 1000;
    private static final long HANDSHAKE_MS = 10_000;

    private final MultiThreadIoEventLoopGroup loop;
    private final Channel channel;
    private final Admissions admissions;
    private final Admissions passedAdmissions;
    private final Dispatcher dispatcher;
    private final Passing passing;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Listener(
            MultiThreadIoEventLoopGroup loop, Channel channel, Admissions admissions, Admissions passedAdmissions,
            Dispatcher dispatcher, Passing passing) {
        this.loop = loop;
        this.channel = channel;
        this.admissions = admissions;
        this.passedAdmissions = passedAdmissions;
        this.dispatcher = dispatcher;
        this.passing = passing;
    }

    /** Nothing can listen there. */
    public static final class AddressException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean inUse;

        public AddressException(String message) {
            super(message);
            this.inUse = false;
        }

        AddressException(String message, boolean inUse, Throwable cause) {
            super(message, cause);
            this.inUse = inUse;
        }

        /** Whether another program listens there. */
        public boolean isInUse() {
            return inUse;
        }
    }

    /**
     * Returns once it accepts connections.
     *
     * @param hosts names that may stand in {@code Host}, besides addresses and localhost
     * @param tls the server's end of each new connection; empty where it is plain
     * @param leading who answers what only the node that leads can
     */
    public static Listener open(
            InetSocketAddress address,
            Collection<String> hosts,
            RouteTable routes,
            Guard guard,
            AdminAudit audit,
            Leading leading,
            ListenerCounters counters,
            Optional<Supplier<SSLEngine>> tls)
            throws AddressException {
        var loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("dflockd-admin", true), NioIoHandler.newFactory());
        var passing = new Passing(leading);
        var dispatcher = new Dispatcher(routes, guard, audit, new HostNames(hosts), passing, loop.next());
        var admissions = new Admissions(MAX_CONNECTIONS, counters);
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        enter(child, dispatcher, admissions, tls);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        var cause = bound.cause();
        if (cause != null) {
            loop.shutdownGracefully(0, FORCED_CLOSE_MS, TimeUnit.MILLISECONDS);
            boolean inUse = cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use");
            throw new AddressException(String.valueOf(cause.getMessage()), inUse, cause);
        }
        return new Listener(
                loop, bound.channel(), admissions, new Admissions(MAX_PASSED, counters), dispatcher, passing);
    }

    /** Has a channel speak HTTP. */
    static void enter(
            Channel child, Dispatcher dispatcher, Admissions admissions, Optional<Supplier<SSLEngine>> tls) {
        @Nullable SslHandler encryption = tls.map(engines -> new SslHandler(engines.get())).orElse(null);
        var connection = new HttpConnection(child, dispatcher, admissions, Sender.of(child), encryption);
        if (!admissions.enter(connection)) {
            child.close();
            return;
        }
        if (encryption != null) {
            encryption.setHandshakeTimeoutMillis(HANDSHAKE_MS);
            child.pipeline().addLast(encryption);
        }
        child.pipeline()
                .addLast(new Intake(connection))
                .addLast(codec(MAX_HEADER_BYTES), connection);
    }

    private static HttpServerCodec codec(int maxHeaderBytes) {
        return new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(maxHeaderBytes)
                .setMaxChunkSize(MAX_CHUNK_BYTES));
    }

    /** Has a channel on which another member of the cluster passes one request on speak HTTP; false where there are too many. */
    public boolean enterPassed(Channel child, Introduction introduction, boolean isTrusted) {
        return enterPassed(child, dispatcher, passedAdmissions, introduction, isTrusted);
    }

    static boolean enterPassed(
            Channel child, Dispatcher dispatcher, Admissions admissions, Introduction introduction,
            boolean isTrusted) {
        boolean isNear = child.remoteAddress() instanceof InetSocketAddress member
                && member.getAddress().isLoopbackAddress();
        var voucher = new Voucher(introduction.credential(), introduction.showedCertificate(), isTrusted, isNear);
        var sender = Sender.passed(introduction.client(), introduction.by(), voucher);
        var connection = new HttpConnection(child, dispatcher, admissions, sender, null);
        if (!admissions.enter(connection)) {
            return false;
        }
        // A member that sends no more has no client any more that waits.
        child.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        child.pipeline().addLast(codec(MAX_HEADER_BYTES + MORE_HEADER_BYTES), connection);
        connection.beginWithin();
        return true;
    }

    /** From now on, what only the node that leads can answer is passed on to it. */
    public void passBy(AdminPassage way) {
        passing.by(way);
    }

    /** Where it listens; the port is the real one also where any free one was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Accepts no more, and ends what there is. A server that fails while it stops does so twice. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        channel.close().awaitUninterruptibly();
        loop.next().submit(() -> admissions.all().forEach(HttpConnection::close)).awaitUninterruptibly();
        passedAdmissions.all().forEach(HttpConnection::close);
        loop.shutdownGracefully(0, FORCED_CLOSE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
