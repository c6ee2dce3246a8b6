package io.dflockd.http.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Tells a connection of the first bytes of a request, before anything is made of them. */
final class Intake extends ChannelInboundHandlerAdapter {
    private final HttpConnection connection;

    Intake(HttpConnection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        connection.bytesCame();
        context.fireChannelRead(bytes);
    }
}
