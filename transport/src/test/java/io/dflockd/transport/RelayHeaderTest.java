package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What members tell each other of whom they pass on, as bytes. */
class RelayHeaderTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("10.0.0.9", 4660);
    private static final String BEGINNING = "0d0a0d0a000d0a515549540a" + "2111";
    private static final String ADDRESSES = "0a000009" + "00000000" + "1234" + "0000";
    private static final String OPERATORS = "e0000104";
    private static final String BY_N2 = "e100026e32";

    private static ByteBuf bytes(RelayHeader header) {
        var channel = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
        channel.writeOutbound(header.message());
        var all = Unpooled.buffer();
        for (@Nullable ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        channel.finishAndReleaseAll();
        return all;
    }

    private static @Nullable RelayHeader read(ByteBuf bytes) {
        var channel = new EmbeddedChannel(new HAProxyMessageDecoder(RelayHeader.MAX_FIELD_BYTES));
        channel.writeInbound(bytes);
        @Nullable HAProxyMessage message = channel.readInbound();
        if (message == null) {
            return null;
        }
        var header = RelayHeader.read(message);
        message.release();
        channel.finishAndReleaseAll();
        return header;
    }

    private static @Nullable RelayHeader read(String fields) {
        var content = ADDRESSES + fields;
        return read(Unpooled.wrappedBuffer(
                HexFormat.of().parseHex(BEGINNING + "%04x".formatted(content.length() / 2) + content)));
    }

    @Test
    void whatIsSaidOfAnOperatorIsRead() {
        for (var credential : new String[]{"", "sha256 00ff", "subject cn=Jürgen", "x".repeat(1024)}) {
            for (boolean showedCertificate : new boolean[]{true, false}) {
                var said = new Introduction(CLIENT, "n2", credential, showedCertificate);
                var read = read(bytes(RelayHeader.ofOperator(said)));
                assertThat(read).isEqualTo(RelayHeader.ofOperator(said));
            }
        }
        var nowhere = new Introduction(new InetSocketAddress("2001:db8::1", 9), "n-2_a", "", false);
        assertThat(read(bytes(RelayHeader.ofOperator(nowhere)))).isEqualTo(RelayHeader.ofOperator(nowhere));
    }

    @Test
    void aClientsHeaderIsAsItWas() {
        var header = new RelayHeader(new Peer(CLIENT), (byte) 3);

        assertThat(read(bytes(header))).isEqualTo(header);
        assertThat(HexFormat.of().formatHex(ByteBufUtil.getBytes(bytes(header))))
                .isEqualTo(BEGINNING + "0010" + ADDRESSES + "e0000103");
        assertThat(Entrance.isCode(RelayHeader.OPERATORS)).as("one that only newer members know").isFalse();
    }

    @Test
    void whatIsNotKnownIsPassedOver() {
        var read = read(OPERATORS + BY_N2 + "ef0003010203");

        assertThat(read).isEqualTo(RelayHeader.ofOperator(new Introduction(CLIENT, "n2", "", false)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            OPERATORS, // does not say by whom
            OPERATORS + "e10000", // by nobody
            OPERATORS + "e100036e2032", // by a name that none can have
            OPERATORS + BY_N2 + "e3000102", // neither with a certificate nor without
            OPERATORS + BY_N2 + "e300020101",
            "e0000105" + BY_N2})
    void whatIsSaidOtherwiseIsNoHeader(String fields) {
        assertThat(read(fields)).isNull();
    }

    @Test
    void aCredentialIsWrittenNowhereByChance() {
        var said = new Introduction(CLIENT, "n2", "sha256 00ff", true);

        assertThat(said.toString() + RelayHeader.ofOperator(said)).doesNotContain("00ff");
    }
}
