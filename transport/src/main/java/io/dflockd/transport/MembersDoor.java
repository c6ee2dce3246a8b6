package io.dflockd.transport;

import io.dflockd.service.RequestHandler;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where members of the cluster come in to pass a client on. Each shows a certificate, where these are used, and says in a
 * header who the client is; then the client is served as if it had come here itself.
 */
final class MembersDoor {
    private static final long INTRODUCTION_MS = 5000;
    /** How many may be about to introduce themselves. More are closed, and members try again. */
    private static final int MAX_STRANGERS = 4096;

    private final FrontDoor door;
    private final RequestHandler handler;
    private final Optional<TlsFiles> tls;
    private final Optional<AdminEntrance> operators;
    private final AtomicInteger strangers = new AtomicInteger();

    /** {@code operators}: where those go who came to the admin listener of another member; empty where this node has none. */
    MembersDoor(
            FrontDoor door, RequestHandler handler, Optional<TlsFiles> tls, Optional<AdminEntrance> operators) {
        this.operators = operators;
        this.door = door;
        this.handler = handler;
        this.tls = tls;
    }

    void enter(Channel channel) {
        if (strangers.incrementAndGet() > MAX_STRANGERS) {
            strangers.decrementAndGet();
            handler.memberRefused(Addresses.text(channel.remoteAddress()), "too many at once");
            channel.close();
            return;
        }
        tls.ifPresent(files -> {
            var encryption = files.context().newHandler(channel.alloc());
            encryption.setHandshakeTimeoutMillis(INTRODUCTION_MS);
            channel.pipeline().addLast(new NoRenegotiation(), encryption);
        });
        channel.pipeline().addLast(new HAProxyMessageDecoder(RelayHeader.MAX_FIELD_BYTES), new Stranger(channel));
    }

    /** One who has yet to say for whom it comes. */
    private final class Stranger extends ChannelInboundHandlerAdapter {
        private boolean over;

        Stranger(Channel channel) {
            var deadline = channel.eventLoop().schedule(() -> {
                if (!over) {
                    refuse(channel, "it did not say in time for whom it comes");
                }
            }, INTRODUCTION_MS, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(future -> {
                deadline.cancel(false);
                finish();
            });
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (over || !(message instanceof HAProxyMessage introduction)) {
                ReferenceCountUtil.release(message);
                return;
            }
            var header = RelayHeader.read(introduction);
            introduction.release();
            if (header == null) {
                refuse(ctx.channel(), "its header is not that of a relay");
            } else if (!handler.leads()) {
                finish();
                ctx.close(); // the member looks again who leads
            } else if (header.introduction().isPresent()) {
                admit(ctx, header.introduction().get());
            } else {
                admit(ctx, header);
            }
        }

        private void admit(ChannelHandlerContext ctx, Introduction operator) {
            if (operators.isEmpty()) {
                refuse(ctx.channel(), "this node has no admin listener");
            } else if (tls.isEmpty() && operator.vouches()) {
                refuse(ctx.channel(), "it says who asks, which counts of members with certificates alone");
            } else if (!operators.get().enter(ctx.channel(), operator, tls.isPresent())) {
                answerAndClose(ctx);
            } else {
                welcome(ctx);
            }
        }

        private void welcome(ChannelHandlerContext ctx) {
            finish();
            ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[]{Relay.WELCOME}));
            ctx.pipeline().remove(this);
        }

        private void admit(ChannelHandlerContext ctx, RelayHeader header) {
            var peer = header.peer();
            if (Entrance.isEncrypted(header.entrance()) != door.isEncrypted()) {
                handler.memberRefused(Addresses.text(ctx.channel().remoteAddress()),
                        "one of the two has TLS for clients");
                answerAndClose(ctx);
            } else if (!handler.letsIn(peer.source(), peer.text())) {
                answerAndClose(ctx);
            } else {
                welcome(ctx);
                door.serve(ctx.channel(), peer, door.entrance(header), tls.isPresent());
            }
        }

        private void answerAndClose(ChannelHandlerContext ctx) {
            finish();
            ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[]{Relay.REFUSED}))
                    .addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            refuse(ctx.channel(), String.valueOf(cause.getMessage()));
        }

        private void refuse(Channel channel, String reason) {
            if (!over) {
                finish();
                handler.memberRefused(Addresses.text(channel.remoteAddress()), reason);
                channel.close();
            }
        }

        private void finish() {
            if (!over) {
                over = true;
                strangers.decrementAndGet();
            }
        }
    }
}
