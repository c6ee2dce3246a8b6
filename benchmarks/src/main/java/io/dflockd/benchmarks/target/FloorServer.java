package io.dflockd.benchmarks.target;

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
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What no server on this stack can be faster than. It finds the ends of requests, knows nothing, and answers with as
 * many bytes as a real answer has: a grant for {@code l}, {@code ok} for all else, behind the request's tag.
 */
final class FloorServer {
    private static final byte[] GRANT = "ok 0123456789abcdef0123456789abcdef 30 1795510582712676\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OK = "ok\n".getBytes(StandardCharsets.US_ASCII);
    private static final int BACKLOG = 4096;
    private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors());

    private FloorServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : THREADS;
        var loops = new MultiThreadIoEventLoopGroup(threads, EpollIoHandler.newFactory());
        var listener = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Answers());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        listener.sync().channel().closeFuture().sync();
    }

    private static final class Answers extends ChannelInboundHandlerAdapter {
        private static final int LINES = 3;

        private final byte[] scratch = new byte[64 * 1024];
        /** How much of the scratch is the beginning of a request. */
        private int held;
        private @Nullable ByteBuf answers;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var bytes = (ByteBuf) message;
            int count = bytes.readableBytes();
            bytes.readBytes(scratch, held, count);
            bytes.release();
            int end = held + count;
            var out = ctx.alloc().directBuffer(Math.max(64, count * 2));
            int from = answerAll(end, out);
            held = end - from;
            System.arraycopy(scratch, from, scratch, 0, held);
            if (answers == null) {
                answers = out;
            } else {
                answers.writeBytes(out);
                out.release();
            }
        }

        /** Where the first request begins that is not whole. */
        private int answerAll(int end, ByteBuf out) {
            int from = 0;
            int lines = 0;
            for (int at = 0; at < end; at++) {
                if (scratch[at] == '\n' && ++lines == LINES) {
                    answer(from, out);
                    from = at + 1;
                    lines = 0;
                }
            }
            return from;
        }

        private void answer(int from, ByteBuf out) {
            int command = from;
            if (scratch[from] == '@') {
                while (scratch[command] != ' ') {
                    command++;
                }
                command++;
                out.writeBytes(scratch, from, command - from);
            }
            out.writeBytes(scratch[command] == 'l' ? GRANT : OK);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            var out = answers;
            answers = null;
            if (out != null && out.isReadable()) {
                ctx.writeAndFlush(out);
            } else if (out != null) {
                out.release();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
