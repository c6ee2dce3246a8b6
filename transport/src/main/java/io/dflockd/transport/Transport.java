package io.dflockd.transport;

import io.dflockd.service.SettingException;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.channel.uring.IoUringTcpInfo;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the server asks the kernel for what happens at its sockets, the best first. */
public enum Transport {
    /**
     * One system call hands in what is to be sent to many sockets and fetches what came from many. What comes is put
     * into buffers that all connections of a thread share, so a silent one has none.
     */
    IO_URING("io_uring") {
        @Override
        public @Nullable String whyUnavailable() {
            if (!IoUring.isAvailable()) {
                return reason(IoUring.unavailabilityCause());
            }
            return IoUring.isRegisterBufferRingSupported() ? null : "the kernel cannot share buffers, Linux 5.19 can";
        }

        @Override
        IoHandlerFactory ioHandlers() {
            var buffers = IoUringBufferRingConfig.builder()
                    .bufferGroupId(BUFFER_GROUP)
                    .bufferRingSize(BUFFERS)
                    .batchSize(BUFFERS_ADDED_AT_ONCE)
                    .allocator(new IoUringFixedBufferRingAllocator(BUFFER_BYTES))
                    .build();
            return IoUringIoHandler
                    .newFactory(new IoUringIoHandlerConfig().setCqSize(COMPLETIONS).setBufferRingConfig(buffers));
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return IoUringServerSocketChannel.class;
        }

        @Override
        Class<? extends Channel> socketChannel() {
            return IoUringSocketChannel.class;
        }

        @Override
        void configure(Bootstrap bootstrap) {
            bootstrap.option(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFER_GROUP);
            bootstrap.option(IoUringChannelOption.TCP_KEEPIDLE, KEEP_ALIVE_SECONDS);
            bootstrap.option(IoUringChannelOption.TCP_KEEPINTVL, KEEP_ALIVE_INTERVAL_SECONDS);
            bootstrap.option(IoUringChannelOption.TCP_KEEPCNT, KEEP_ALIVE_PROBES);
        }

        @Override
        void configure(ServerBootstrap bootstrap) {
            bootstrap.childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFER_GROUP);
            bootstrap.childOption(IoUringChannelOption.TCP_KEEPIDLE, KEEP_ALIVE_SECONDS);
            bootstrap.childOption(IoUringChannelOption.TCP_KEEPINTVL, KEEP_ALIVE_INTERVAL_SECONDS);
            bootstrap.childOption(IoUringChannelOption.TCP_KEEPCNT, KEEP_ALIVE_PROBES);
        }
    },
    EPOLL("epoll") {
        @Override
        public @Nullable String whyUnavailable() {
            return Epoll.isAvailable() ? null : reason(Epoll.unavailabilityCause());
        }

        @Override
        IoHandlerFactory ioHandlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return EpollServerSocketChannel.class;
        }

        @Override
        Class<? extends Channel> socketChannel() {
            return EpollSocketChannel.class;
        }

        @Override
        void configure(Bootstrap bootstrap) {
            bootstrap.option(EpollChannelOption.TCP_KEEPIDLE, KEEP_ALIVE_SECONDS);
            bootstrap.option(EpollChannelOption.TCP_KEEPINTVL, KEEP_ALIVE_INTERVAL_SECONDS);
            bootstrap.option(EpollChannelOption.TCP_KEEPCNT, KEEP_ALIVE_PROBES);
        }

        @Override
        void configure(ServerBootstrap bootstrap) {
            bootstrap.childOption(EpollChannelOption.TCP_KEEPIDLE, KEEP_ALIVE_SECONDS);
            bootstrap.childOption(EpollChannelOption.TCP_KEEPINTVL, KEEP_ALIVE_INTERVAL_SECONDS);
            bootstrap.childOption(EpollChannelOption.TCP_KEEPCNT, KEEP_ALIVE_PROBES);
        }
    },
    NIO("nio") {
        @Override
        public @Nullable String whyUnavailable() {
            return null;
        }

        @Override
        IoHandlerFactory ioHandlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return NioServerSocketChannel.class;
        }

        @Override
        Class<? extends Channel> socketChannel() {
            return NioSocketChannel.class;
        }

        @Override
        void configure(Bootstrap bootstrap) {
            bootstrap.option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEP_ALIVE_SECONDS);
            bootstrap.option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), KEEP_ALIVE_INTERVAL_SECONDS);
            bootstrap.option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), KEEP_ALIVE_PROBES);
        }

        @Override
        void configure(ServerBootstrap bootstrap) {
            bootstrap.childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEP_ALIVE_SECONDS);
            bootstrap.childOption(
                    NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), KEEP_ALIVE_INTERVAL_SECONDS);
            bootstrap.childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), KEEP_ALIVE_PROBES);
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 10;
    private static final int KEEP_ALIVE_PROBES = 3;
    /** Room for what happens at once when many connections end together. More is not lost, but comes by a detour. */
    private static final int COMPLETIONS = 16 * 1024;
    private static final short BUFFER_GROUP = 0;
    private static final short BUFFERS = 128;
    private static final int BUFFERS_ADDED_AT_ONCE = 16;
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int TCP_ESTABLISHED = 1;

    static {
        // With it, Netty 4.2.18 accepts again at once after a failure, whatever it was told: for ever, as fast as it can.
        System.setProperty("io.netty.iouring.acceptMultiShotEnabled", "false");
        // With it, the kernel goes on reading for a connection that was told to read no more: tens of megabytes, and over TLS,
        // which asks for the rest of each record, all that the peer has.
        System.setProperty("io.netty.iouring.recvMultiShotEnabled", "false");
    }

    private final String word;

    Transport(String word) {
        this.word = word;
    }

    /**
     * The one of this name, or those that seem to work here, the best first, where the name is {@code auto}.
     *
     * @throws SettingException where the one that is named does not work here
     */
    static List<Transport> candidates(String name) {
        var working = Arrays.stream(values()).filter(transport -> transport.whyUnavailable() == null).toList();
        if (name.equals("auto")) {
            for (var better : values()) {
                if (better == working.getFirst()) {
                    return working;
                }
                LOG.atInfo()
                        .setMessage("transport does not work here")
                        .addKeyValue("transport", better)
                        .addKeyValue("reason", better.whyUnavailable())
                        .log();
            }
        }
        var named = Arrays.stream(values())
                .filter(transport -> transport.word.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
        if (!working.contains(named)) {
            throw new SettingException("--transport %s does not work here: %s; of the others auto, %s do".formatted(
                    name,
                    named.whyUnavailable(),
                    working.stream().map(Transport::toString).collect(Collectors.joining(", "))));
        }
        return List.of(named);
    }

    /** Why it does not work here; null where it does. */
    public abstract @Nullable String whyUnavailable();

    abstract IoHandlerFactory ioHandlers();

    abstract Class<? extends ServerChannel> serverChannel();

    abstract Class<? extends Channel> socketChannel();

    /** The same as for who comes, for who is gone to. */
    abstract void configure(Bootstrap bootstrap);

    /** Sets what is its own, and has the kernel find out whether a silent peer is still there. */
    abstract void configure(ServerBootstrap bootstrap);

    /** Whether the peer of a channel that is not read from has ended the connection, as far as the kernel tells. */
    static boolean isPeerGone(Channel channel) {
        return switch (channel) {
            case IoUringSocketChannel socket -> socket.tcpInfo(new IoUringTcpInfo()).state() != TCP_ESTABLISHED;
            case EpollSocketChannel socket -> {
                var info = new EpollTcpInfo();
                socket.tcpInfo(info);
                yield info.state() != TCP_ESTABLISHED;
            }
            default -> false;
        };
    }

    @Override
    public String toString() {
        return word;
    }

    static String reason(Throwable obstacle) {
        var cause = obstacle;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
