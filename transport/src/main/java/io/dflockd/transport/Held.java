package io.dflockd.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;

/**
 * Keeps what comes although nothing is to be read: where the kernel says that the peer sends no more, the native transports
 * read what it had sent whatever they were told. A client that sent more than {@value #MAX_BYTES} bytes then is ended.
 */
final class Held extends ChannelInboundHandlerAdapter {
    static final int MAX_BYTES = 64 * 1024;

    private final LongConsumer account;
    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
    private int bytes;
    private boolean inputEnded;

    /** {@code account}: is told how many bytes are kept. */
    Held(LongConsumer account) {
        this.account = account;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var piece = (ByteBuf) message;
        bytes += piece.readableBytes();
        pieces.add(piece);
        if (bytes > MAX_BYTES) {
            ctx.close();
        } else {
            account.accept(bytes);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        inputEnded |= event instanceof ChannelInputShutdownEvent;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pieces.forEach(ByteBuf::release);
        pieces.clear();
    }

    /** Whether it was the last that came, so that there is nothing to read, for which epoll must not even be asked again. */
    boolean hasAll() {
        return inputEnded;
    }

    /** Lets those behind it have what was kept, and what comes from now on. */
    void letGo(Channel channel) {
        var pipeline = channel.pipeline();
        pipeline.remove(this);
        for (var piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            pipeline.fireChannelRead(piece);
        }
        if (inputEnded) {
            // Before the reading is over, so that nobody wants to go on with it.
            pipeline.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        pipeline.fireChannelReadComplete();
    }
}
