package io.dflockd.transport;

import io.dflockd.protocol.Dialect;
import io.dflockd.service.RequestHandler;
import io.dflockd.service.SettingException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Listens on one port and makes a connection of each client that comes. Thread-safe. */
public final class Acceptor implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final Channel channel;

    private Acceptor(Channel channel) {
        this.channel = channel;
    }

    /**
     * Returns once it accepts connections.
     *
     * @param host empty for all addresses
     * @param port 0 for any that is free
     * @param dialect what those speak who come this way
     * @throws SettingException where it cannot listen there
     */
    public static Acceptor open(
            String host,
            int port,
            EventLoops loops,
            Optional<TlsFiles> tls,
            Dialect dialect,
            TransportSettings settings,
            Connections connections,
            RequestHandler handler) {
        var address = host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new SettingException("cannot listen on %s: unknown host".formatted(Addresses.text(address)));
        }
        var bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.transport().serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .handler(new AcceptFailures())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, tls, dialect, settings, connections, handler);
                    }
                });
        loops.transport().configure(bootstrap);
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        var cause = bound.cause();
        if (cause != null) {
            throw new SettingException(
                    "cannot listen on %s: %s".formatted(Addresses.text(address), Addresses.reason(cause)), cause);
        }
        return new Acceptor(bound.channel());
    }

    private static void accept(
            Channel channel,
            Optional<TlsFiles> tls,
            Dialect dialect,
            TransportSettings settings,
            Connections connections,
            RequestHandler handler) {
        var peer = channel.remoteAddress();
        if (!handler.letsIn(Addresses.source(peer), Addresses.text(peer))) {
            channel.close();
            return;
        }
        tls.ifPresent(files -> {
            var encryption = files.context().newHandler(channel.alloc());
            encryption.setHandshakeTimeoutMillis(settings.readTimeout().toMillis());
            channel.pipeline().addLast(new NoRenegotiation(), encryption);
        });
        var connection = new Connection(connections, handler, settings, channel, tls.isPresent(), dialect);
        connections.add(connection);
        channel.pipeline().addLast(connection);
    }

    /** Where it listens; the port is the real one also where any free one was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Accepts no more connections. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
