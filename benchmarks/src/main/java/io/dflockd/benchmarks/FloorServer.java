package io.dflockd.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What no server on this stack can be faster than: it counts lines, knows nothing, and answers every three of them with
 * as many bytes as a real answer has, that of a release or that of a grant.
 */
final class FloorServer {
    private static final byte[] GRANT = "ok 0123456789abcdef0123456789abcdef 30 1795510582712676\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RELEASE = "ok\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LINES_PER_REQUEST = 3;

    private FloorServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        var loops = new MultiThreadIoEventLoopGroup(EpollIoHandler.newFactory());
        var channel = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline().addLast(new Answers());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        System.err.println(
                "listening address=\"127.0.0.1:" + ((InetSocketAddress) channel.localAddress()).getPort() + "\"");
        channel.closeFuture().sync();
    }

    private static final class Answers extends ChannelInboundHandlerAdapter {
        private int lines;
        private byte before;
        private boolean release;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var bytes = (ByteBuf) message;
            var answer = context.alloc().directBuffer();
            while (bytes.isReadable()) {
                byte next = bytes.readByte();
                if (next == '\n') {
                    if (lines++ == 0) {
                        release = before == 'r';
                    } else if (lines == LINES_PER_REQUEST) {
                        lines = 0;
                        answer.writeBytes(release ? RELEASE : GRANT);
                    }
                }
                before = next;
            }
            bytes.release();
            context.write(answer);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }
}
