package io.dflockd.transport;

import io.dflockd.service.Leader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the bytes of a client on to the member that leads, and back, without looking at them. That member says
 * {@link #WELCOME} first; before that nothing is read of the client, so another way can be tried.
 *
 * <p>Nothing more is read of one side than the other takes. The end of what the client sends is passed on; with the end of
 * the other side all ends. Both channels are on one thread, which all runs on.
 */
final class Relay {
    /** The leader serves the client from now on. */
    static final byte WELCOME = 1;
    /** The leader does not let this client in, now or in a moment. */
    static final byte REFUSED = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final long HANDSHAKE_MS = 5000;
    /** For a client to take its last bytes, once the leader has ended. */
    private static final long LAST_BYTES_MS = 5000;
    /** Between two looks whether a client is still there of which nothing is read. */
    private static final long PEER_CHECK_MS = 500;

    private final Arrival arrival;
    private final Passage passage;
    private final Channel client;
    private final Leader to;
    private final ConnectionMemory.Account account;
    /** Null before it is dialled. */
    private @Nullable Channel leader;
    private boolean passing;
    private boolean ended;
    /** The client has sent its last. */
    private boolean clientEnded;
    private boolean peerCheckPlanned;
    private long bytesPassed;

    /** {@code account}: the arrival's. */
    Relay(Arrival arrival, Passage passage, Channel client, Leader to, ConnectionMemory.Account account) {
        this.arrival = arrival;
        this.passage = passage;
        this.client = client;
        this.to = to;
        this.account = account;
    }

    /** Whether it goes to that member. */
    boolean isTo(Leader member) {
        return to.equals(member);
    }

    /** Whether something of the client may have got there. */
    boolean isPassing() {
        return passing;
    }

    void begin(InetSocketAddress address, RelayHeader header) {
        if (ended) {
            return;
        }
        var dialled = passage.dial(client, address, new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                passage.tls().ifPresent(files -> {
                    var encryption = files.newClientHandler(channel.alloc(), to.peerAddress());
                    encryption.setHandshakeTimeoutMillis(HANDSHAKE_MS);
                    channel.pipeline().addLast(encryption);
                });
                channel.pipeline().addLast(HAProxyMessageEncoder.INSTANCE, new LeadersEnd(header));
            }
        });
        leader = dialled.channel();
        dialled.addListener((ChannelFutureListener) future -> {
            if (!future.isSuccess()) {
                fail(future.cause());
            }
        });
    }

    /** The side of the member that leads. */
    private final class LeadersEnd extends ChannelInboundHandlerAdapter {
        private final RelayHeader header;

        LeadersEnd(RelayHeader header) {
            this.header = header;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (passage.tls().isEmpty()) {
                introduce(ctx);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    introduce(ctx);
                } else {
                    fail(handshake.cause());
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
            if (!passing && bytes.isReadable() && !isWelcome(bytes.readByte())) {
                bytes.release();
                return;
            }
            if (bytes.isReadable() && !ended) {
                bytesPassed += bytes.readableBytes();
                client.write(bytes);
            } else {
                bytes.release();
            }
        }

        private boolean isWelcome(byte word) {
            if (word == WELCOME) {
                startPassing();
            } else if (word == REFUSED) {
                client.close();
            } else {
                fail(new IllegalStateException("the other side is no member of the cluster"));
            }
            return word == WELCOME;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            client.flush();
            balance();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            balance();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (passing) {
                endAfterLastBytes();
            } else {
                fail(null);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!passing) {
                fail(cause);
            }
            ctx.close();
        }
    }

    /** The side of the client. */
    private final class ClientsEnd extends ChannelInboundHandlerAdapter {
        private final Channel to;

        ClientsEnd(Channel to) {
            this.to = to;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var bytes = (ByteBuf) message;
            bytesPassed += bytes.readableBytes();
            to.write(bytes);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            to.flush();
            balance();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            balance();
        }

        /** The client sends no more, but may wait for answers. */
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                clientEnded = true;
                to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> ((DuplexChannel) to).shutdownOutput());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.atDebug().setMessage("a relay failed").addKeyValue("reason", cause.getMessage()).log();
            ctx.close();
        }
    }

    private void startPassing() {
        var leadersEnd = leader;
        if (leadersEnd == null || ended) {
            return;
        }
        passing = true;
        Passage.bound(client);
        client.pipeline().addLast(new ClientsEnd(leadersEnd));
        arrival.read();
    }

    /** Each side is read as long as the other takes what it is given. */
    private void balance() {
        var leadersEnd = leader;
        if (!passing || ended || leadersEnd == null) {
            return;
        }
        account.input(unwritten(client) + unwritten(leadersEnd));
        leadersEnd.config().setAutoRead(client.isWritable());
        if (!clientEnded) {
            client.config().setAutoRead(leadersEnd.isWritable());
        }
        if (!leadersEnd.isWritable()) {
            planPeerCheck(bytesPassed);
        }
    }

    private static long unwritten(Channel channel) {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Nothing is read of the client for now, so its end would not be seen. */
    private void planPeerCheck(long passedBefore) {
        if (!peerCheckPlanned) {
            peerCheckPlanned = true;
            client.eventLoop().schedule(() -> checkPeer(passedBefore), PEER_CHECK_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void checkPeer(long passedBefore) {
        peerCheckPlanned = false;
        if (ended || client.config().isAutoRead()) {
            return;
        }
        if (passedBefore == bytesPassed && Transport.isPeerGone(client)) {
            client.close();
        } else {
            planPeerCheck(bytesPassed);
        }
    }

    private void endAfterLastBytes() {
        if (!ended) {
            client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            client.config().setAutoRead(false);
            client.eventLoop().schedule(() -> client.close(), LAST_BYTES_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void fail(@Nullable Throwable cause) {
        if (!ended) {
            end();
            arrival.failed(this, cause);
        }
    }

    /** Ends the side of the leader; the client is the arrival's. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (leader != null) {
            leader.close();
        }
    }
}
