package io.dflockd.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a second when a connection cannot be accepted, as when there are no more file descriptors: to try at once
 * would only fail again. Those who want to connect wait in the kernel's queue meanwhile.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);
    private static final long PAUSE_MS = 1000;

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        var config = ctx.channel().config();
        if (config.isAutoRead()) {
            config.setAutoRead(false);
            ctx.executor().schedule(() -> config.setAutoRead(true), PAUSE_MS, TimeUnit.MILLISECONDS);
            LOG.atWarn().setMessage("cannot accept connections").addKeyValue("reason", cause.getMessage()).log();
        }
    }
}
