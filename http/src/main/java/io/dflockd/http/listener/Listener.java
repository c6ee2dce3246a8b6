package io.dflockd.http.listener;

import io.dflockd.http.access.Guard;
import io.dflockd.http.route.Problem;
import io.dflockd.http.route.RouteTable;
import io.dflockd.service.admin.AdminAudit;
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
    private static final int MAX_CHUNK_BYTES = 8 * 1024;
    private static final int BACKLOG = 256;
    private static final long FORCED_CLOSE_MS = 1000;
    private static final long HANDSHAKE_MS = 10_000;

    private final MultiThreadIoEventLoopGroup loop;
    private final Channel channel;
    private final Admissions admissions;

    private Listener(MultiThreadIoEventLoopGroup loop, Channel channel, Admissions admissions) {
        this.loop = loop;
        this.channel = channel;
        this.admissions = admissions;
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
     * @param elsewhere why this node does not answer what only a leader can; empty where it leads
     */
    public static Listener open(
            InetSocketAddress address,
            Collection<String> hosts,
            RouteTable routes,
            Guard guard,
            AdminAudit audit,
            Supplier<Optional<Problem>> elsewhere,
            ListenerCounters counters,
            Optional<Supplier<SSLEngine>> tls)
            throws AddressException {
        var dispatcher = new Dispatcher(routes, guard, audit, new HostNames(hosts), elsewhere);
        var admissions = new Admissions(MAX_CONNECTIONS, counters);
        var loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("dflockd-admin", true), NioIoHandler.newFactory());
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
        return new Listener(loop, bound.channel(), admissions);
    }

    /** Has a channel speak HTTP. */
    static void enter(
            Channel child, Dispatcher dispatcher, Admissions admissions, Optional<Supplier<SSLEngine>> tls) {
        @Nullable SslHandler encryption = tls.map(engines -> new SslHandler(engines.get())).orElse(null);
        var connection = new HttpConnection(child, dispatcher, admissions, encryption);
        if (!admissions.enter(connection)) {
            child.close();
            return;
        }
        var codec = new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(MAX_CHUNK_BYTES);
        if (encryption != null) {
            encryption.setHandshakeTimeoutMillis(HANDSHAKE_MS);
            child.pipeline().addLast(encryption);
        }
        child.pipeline()
                .addLast(new Intake(connection))
                .addLast(new HttpServerCodec(codec), connection);
    }

    /** Where it listens; the port is the real one also where any free one was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Accepts no more, and ends what there is. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        loop.next().submit(() -> admissions.all().forEach(HttpConnection::close)).awaitUninterruptibly();
        loop.shutdownGracefully(0, FORCED_CLOSE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
