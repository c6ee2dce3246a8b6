package io.dflockd.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OctetsTest {
    @Test
    void textSurvivesTheWayThroughOctets() {
        for (var text : new String[]{"", "ascii", "gr\u00fc\u00dfe", "\u65e5\u672c", "\ud83d\ude80", "\0"}) {
            assertThat(Octets.toText(Octets.ofText(text))).isEqualTo(text);
        }
    }

    @Test
    void octetsAreTheUtf8Bytes() {
        assertThat(Octets.ofText("\u00fc")).isEqualTo("\u00c3\u00bc");
    }

    @Test
    void bytesThatAreNoUtf8BecomeTheReplacementCharacter() {
        assertThat(Octets.toText("a\u00ffb")).isEqualTo("a\ufffdb");
    }

    @Test
    void numbersAreWrittenAsLongToStringWritesThem() {
        var out = new OctetBuffer(0);
        var expected = new StringBuilder();
        for (long number = 1; number > 0 && number < Long.MAX_VALUE / 10; number *= 10) {
            for (long near : new long[]{number - 1, number, number + 1, -number}) {
                out.put(near).put(' ');
                expected.append(near).append(' ');
            }
        }
        out.put(Long.MAX_VALUE).put(Long.MIN_VALUE);
        expected.append(Long.MAX_VALUE).append(Long.MIN_VALUE);

        assertThat(new String(out.toByteArray(), ISO_8859_1)).isEqualTo(expected.toString());
        assertThat(out.length()).isEqualTo(expected.length());
    }

    @Test
    void clearedBufferStartsAnew() {
        var out = new OctetBuffer(4).put("hello");
        out.clear();

        assertThat(out.isEmpty()).isTrue();
        assertThat(out.put("\u00ff").toByteArray()).containsExactly(0xff);
    }
}
