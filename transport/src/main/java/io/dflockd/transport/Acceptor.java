package io.dflockd.transport;

import io.dflockd.service.SettingException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Listens on one port and hands who comes to the {@link FrontDoor}. Thread-safe. */
public final class Acceptor implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final Channel channel;

    private Acceptor(Channel channel) {
        this.channel = channel;
    }

    /**
     * For clients. Returns once it accepts connections.
     *
     * @param host empty for all addresses
     * @param port 0 for any that is free
     * @throws SettingException where it cannot listen there
     */
    public static Acceptor open(String host, int port, EventLoops loops, Entrance entrance, FrontDoor door) {
        return open(host, port, loops, channel -> door.enter(channel, entrance));
    }

    /** For members of the cluster that pass clients on, likewise. */
    public static Acceptor openForMembers(String host, int port, EventLoops loops, FrontDoor door) {
        return open(host, port, loops, door::enterMember);
    }

    private static Acceptor open(String host, int port, EventLoops loops, Consumer<Channel> enter) {
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
                        enter.accept(channel);
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
