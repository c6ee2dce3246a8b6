package io.dflockd.transport;

import io.dflockd.service.Leader;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** By the port for relays. Thread-safe. */
final class RelayedPassage implements AdminPassage {
    private final Passage passage;
    private final String self;
    /** The last one; names may be looked up slowly. */
    private @Nullable Search search;

    private record Search(Leader member, CompletableFuture<InetSocketAddress> address) {}

    RelayedPassage(Passage passage, String self) {
        this.passage = passage;
        this.self = self;
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public boolean isEncrypted() {
        return passage.tls().isPresent();
    }

    @Override
    public synchronized CompletableFuture<InetSocketAddress> find(Leader member) {
        var current = search;
        if (current == null || current.address.isDone() || !current.member.equals(member)) {
            current = new Search(member, passage.relayAddress(member));
            search = current;
        }
        return current.address;
    }

    @Override
    public Channel dial(
            EventLoop loop, InetSocketAddress address, Leader to, Introduction introduction, Reached reached) {
        var header = RelayHeader.ofOperator(introduction);
        var way = new Way(header, reached);
        var bootstrap = new Bootstrap().group(loop).channel(NioSocketChannel.class);
        Passage.configure(bootstrap);
        var dialled = bootstrap.handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                passage.tls()
                        .ifPresent(files -> channel.pipeline()
                                .addLast(files.newClientHandler(channel.alloc(), to.peerAddress())));
                channel.pipeline().addLast(HAProxyMessageEncoder.INSTANCE, way);
            }
        }).connect(address);
        dialled.addListener((ChannelFutureListener) future -> {
            if (!future.isSuccess()) {
                way.fail(future.channel(), future.cause());
            }
        });
        return dialled.channel();
    }

    /** Introduces the operator, and sees whether he is let in. */
    private final class Way extends ChannelInboundHandlerAdapter {
        private final RelayHeader header;
        private final Reached reached;
        private boolean isOver;

        Way(RelayHeader header, Reached reached) {
            this.header = header;
            this.reached = reached;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (!isEncrypted()) {
                introduce(ctx);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    introduce(ctx);
                } else {
                    fail(ctx.channel(), handshake.cause());
                }
            }
        }

        private void introduce(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(header.message());
            ctx.pipeline().remove(HAProxyMessageEncoder.INSTANCE);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var bytes = (ByteBuf) message;
            if (isOver || !bytes.isReadable()) {
                bytes.release();
                return;
            }
            byte word = bytes.readByte();
            if (word == Relay.WELCOME) {
                isOver = true;
                reached.welcomed(ctx.channel());
                ctx.fireChannelRead(bytes);
                ctx.pipeline().remove(this);
                return;
            }
            bytes.release();
            if (word == Relay.REFUSED) {
                isOver = true;
                ctx.close();
                reached.refused();
            } else {
                fail(ctx.channel(), null);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            fail(ctx.channel(), null);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fail(ctx.channel(), cause);
        }

        void fail(Channel channel, @Nullable Throwable cause) {
            if (!isOver) {
                isOver = true;
                channel.close();
                reached.failed(cause == null
                        ? "it does not take what is passed on"
                        : "there is no way to it, " + Transport.reason(cause));
            }
        }
    }
}
