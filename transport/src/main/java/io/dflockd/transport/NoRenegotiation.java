package io.dflockd.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a TLS connection whose client begins a second handshake, which costs a server far more than the client. Stands
 * before TLS itself and looks at the kinds of the records, which are not encrypted.
 *
 * <p>With TLS 1.2 a client sends ChangeCipherSpec and one handshake record, Finished; what follows of that kind could only
 * begin a renegotiation. TLS 1.3 has none: there all is of another kind on the outside, but for a second ClientHello
 * where the server asked for one, which likewise is the only one after ChangeCipherSpec.
 */
final class NoRenegotiation extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(NoRenegotiation.class);
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int HEADER_BYTES = 5;
    private static final int LENGTH_AT = 3;

    /** Of the header that is being read. */
    private int headerBytes;
    private int bodyBytes;
    private boolean changed;
    private boolean finished;
    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes && !isAllowed(bytes)) {
            bytes.release();
            if (!refused) {
                refused = true;
                LOG.atDebug()
                        .setMessage("TLS renegotiation refused")
                        .addKeyValue("peer", ctx.channel().remoteAddress())
                        .log();
                ctx.close();
            }
            return;
        }
        ctx.fireChannelRead(message);
    }

    /** Steps from header to header; a record may come in any number of pieces. */
    private boolean isAllowed(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex() && !refused) {
            if (headerBytes == HEADER_BYTES) {
                int step = Math.min(bodyBytes, bytes.writerIndex() - at);
                bodyBytes -= step;
                at += step;
            } else {
                readHeader(bytes.getUnsignedByte(at));
                at++;
                if (headerBytes == 1 && isSecondHandshake(bytes.getUnsignedByte(at - 1))) {
                    return false;
                }
            }
            if (headerBytes == HEADER_BYTES && bodyBytes == 0) {
                headerBytes = 0;
            }
        }
        return !refused;
    }

    private void readHeader(int octet) {
        if (headerBytes >= LENGTH_AT) {
            bodyBytes = bodyBytes << Byte.SIZE | octet;
        }
        headerBytes++;
    }

    private boolean isSecondHandshake(int kind) {
        if (kind == HANDSHAKE && changed) {
            boolean second = finished;
            finished = true;
            return second;
        }
        changed |= kind == CHANGE_CIPHER_SPEC;
        return false;
    }
}
