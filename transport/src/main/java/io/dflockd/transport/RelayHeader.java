package io.dflockd.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dflockd.protocol.Members;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * With what a relay begins: who the client is and by which entrance it came. On the wire a header of the PROXY protocol,
 * version 2, with fields of our own; writer beside reader.
 *
 * @param introduction of an operator who came to the admin listener; empty for a client
 */
record RelayHeader(Peer peer, byte entrance, Optional<Introduction> introduction) {
    /** How many bytes fields may take. Those of a client take four; a newer member may have more to say. */
    static final int MAX_FIELD_BYTES = Introduction.MAX_CREDENTIAL_BYTES + 256;

    /** The entrance of operators, which is none of clients. */
    static final byte OPERATORS = 4;

    /** The first of the types that the PROXY protocol leaves to applications. */
    private static final byte ENTRANCE = (byte) 0xE0;
    private static final byte BY = (byte) 0xE1;
    private static final byte CREDENTIAL = (byte) 0xE2;
    private static final byte CERTIFICATE = (byte) 0xE3;
    private static final byte YES = 1;

    /** Of a client. */
    RelayHeader(Peer peer, byte entrance) {
        this(peer, entrance, Optional.empty());
    }

    static RelayHeader ofOperator(Introduction introduction) {
        return new RelayHeader(new Peer(introduction.client()), OPERATORS, Optional.of(introduction));
    }

    HAProxyMessage message() {
        var client = peer.address();
        if (client == null) {
            return message(HAProxyProxiedProtocol.UNKNOWN, null, null, 0);
        }
        var ip = client.getAddress();
        return ip instanceof Inet4Address
                ? message(HAProxyProxiedProtocol.TCP4, NetUtil.toAddressString(ip), "0.0.0.0", client.getPort())
                : message(HAProxyProxiedProtocol.TCP6, NetUtil.toAddressString(ip), "::", client.getPort());
    }

    private HAProxyMessage message(
            HAProxyProxiedProtocol kind, @Nullable String source, @Nullable String destination, int port) {
        return new HAProxyMessage(
                HAProxyProtocolVersion.V2, HAProxyCommand.PROXY, kind, source, destination, port, 0, fields());
    }

    private List<HAProxyTLV> fields() {
        var fields = new ArrayList<HAProxyTLV>();
        fields.add(field(ENTRANCE, entrance));
        introduction.ifPresent(operator -> {
            fields.add(field(BY, operator.by().getBytes(UTF_8)));
            if (!operator.credential().isEmpty()) {
                fields.add(field(CREDENTIAL, operator.credential().getBytes(UTF_8)));
            }
            if (operator.showedCertificate()) {
                fields.add(field(CERTIFICATE, YES));
            }
        });
        return fields;
    }

    private static HAProxyTLV field(byte type, byte... content) {
        return new HAProxyTLV(type, Unpooled.wrappedBuffer(content));
    }

    /** What a header says; null where it is not that of a relay. */
    static @Nullable RelayHeader read(HAProxyMessage message) {
        if (message.protocolVersion() != HAProxyProtocolVersion.V2 || message.command() != HAProxyCommand.PROXY) {
            return null;
        }
        var fields = new HashMap<Byte, byte[]>();
        for (var field : message.tlvs()) {
            var content = field.content();
            var octets = new byte[content.readableBytes()];
            content.getBytes(content.readerIndex(), octets);
            fields.putIfAbsent(field.typeByteValue(), octets);
        }
        byte @Nullable [] entrance = fields.get(ENTRANCE);
        if (entrance == null || entrance.length != 1) {
            return null;
        }
        var peer = new Peer(source(message));
        if (entrance[0] == OPERATORS) {
            @Nullable Introduction operator = introduction(peer, fields);
            return operator == null ? null : ofOperator(operator);
        }
        return Entrance.isCode(entrance[0]) ? new RelayHeader(peer, entrance[0]) : null;
    }

    /** Null where it is not said by whom, or what is said is not what it may be. */
    private static @Nullable Introduction introduction(Peer peer, Map<Byte, byte[]> fields) {
        var by = text(fields, BY);
        var credential = text(fields, CREDENTIAL);
        byte @Nullable [] certificate = fields.get(CERTIFICATE);
        boolean isSound = certificate == null || (certificate.length == 1 && certificate[0] == YES);
        return isSound && Members.isName(by)
                ? new Introduction(peer.address(), by, credential, certificate != null)
                : null;
    }

    private static String text(Map<Byte, byte[]> fields, byte type) {
        byte @Nullable [] octets = fields.get(type);
        return octets == null ? "" : new String(octets, UTF_8);
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
