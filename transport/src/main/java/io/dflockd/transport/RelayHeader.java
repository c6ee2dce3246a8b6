package io.dflockd.transport;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * With what a relay begins: who the client is and by which entrance it came. On the wire a header of the PROXY protocol,
 * version 2, with a field of our own; writer beside reader.
 */
record RelayHeader(Peer peer, byte entrance) {
    /** How many bytes fields may take. Ours takes four; a newer member may have more to say. */
    static final int MAX_FIELD_BYTES = 256;

    /** The first of the types that the PROXY protocol leaves to applications. */
    private static final byte ENTRANCE = (byte) 0xE0;

    HAProxyMessage message() {
        var field = new HAProxyTLV(ENTRANCE, Unpooled.wrappedBuffer(new byte[]{entrance}));
        var client = peer.address();
        if (client == null) {
            return message(HAProxyProxiedProtocol.UNKNOWN, null, null, 0, field);
        }
        var ip = client.getAddress();
        return ip instanceof Inet4Address
                ? message(HAProxyProxiedProtocol.TCP4, NetUtil.toAddressString(ip), "0.0.0.0", client.getPort(), field)
                : message(HAProxyProxiedProtocol.TCP6, NetUtil.toAddressString(ip), "::", client.getPort(), field);
    }

    private static HAProxyMessage message(
            HAProxyProxiedProtocol kind,
            @Nullable String source,
            @Nullable String destination,
            int port,
            HAProxyTLV field) {
        return new HAProxyMessage(
                HAProxyProtocolVersion.V2, HAProxyCommand.PROXY, kind, source, destination, port, 0, List.of(field));
    }

    /** What a header says; null where it is not that of a relay. */
    static @Nullable RelayHeader read(HAProxyMessage message) {
        if (message.protocolVersion() != HAProxyProtocolVersion.V2 || message.command() != HAProxyCommand.PROXY) {
            return null;
        }
        for (var field : message.tlvs()) {
            var content = field.content();
            if (field.typeByteValue() == ENTRANCE && content.readableBytes() == 1) {
                byte code = content.getByte(content.readerIndex());
                return Entrance.isCode(code) ? new RelayHeader(new Peer(source(message)), code) : null;
            }
        }
        return null;
    }

    private static @Nullable InetSocketAddress source(HAProxyMessage message) {
        var source = message.sourceAddress();
        byte @Nullable [] octets = source == null ? null : NetUtil.createByteArrayFromIpAddressString(source);
        try {
            return octets == null
                    ? null
                    : new InetSocketAddress(InetAddress.getByAddress(octets), message.sourcePort());
        } catch (UnknownHostException e) {
            return null; // an address always has one of the two lengths
        }
    }
}
