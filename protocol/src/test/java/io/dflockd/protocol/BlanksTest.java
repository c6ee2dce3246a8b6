package io.dflockd.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BlanksTest {
    private static final Set<Integer> WHITE_SPACE = whiteSpace();

    @Test
    void exactlyTheUnicodeWhiteSpaceIsBlank() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                continue;
            }
            var bytes = Character.toString(codePoint).getBytes(UTF_8);
            int expected = WHITE_SPACE.contains(codePoint) ? bytes.length : 0;
            if (Blanks.lengthAt(bytes, 0, bytes.length) != expected) {
                throw new AssertionError("U+" + Integer.toHexString(codePoint));
            }
        }
    }

    @Test
    void blanksAreTrimmedAtBothEndsWhateverTheirLength() {
        for (int codePoint : WHITE_SPACE) {
            if (codePoint == '\n' || codePoint == '\r') {
                continue;
            }
            var blank = Octets.ofText(Character.toString(codePoint));
            assertThat(Decoded.request("r", "k", blank + " " + blank + "token" + blank + " " + blank))
                    .as("U+%04x", codePoint)
                    .isEqualTo(new Request.Release(Verb.UNLOCK, "k", "token"));
            assertThat(Decoded.request("n", "k", blank + "token" + blank + blank + "7" + blank))
                    .as("U+%04x", codePoint)
                    .isEqualTo(new Request.Renew(Verb.RENEW, "k", "token", 7_000, DurationForm.SECONDS));
        }
    }

    @Test
    void lineOfOnlyBlanksIsBlank() {
        var blanks = Octets.ofText(" \t\u00a0\u1680\u2003\u2028\u202f\u205f\u3000\u0085");

        assertThat(Decoded.error("r", "k", blanks)).isEqualTo(ProtocolError.EMPTY_TOKEN);
        assertThat(Decoded.request("e", "k", blanks))
                .isEqualTo(new Request.Enqueue(Verb.ENQUEUE, "k", 1, 0, DurationForm.SECONDS));
    }

    @Test
    void halfABlankIsNoBlank() {
        for (var octets : new String[]{"\u00c2", "\u00a0", "\u0085", "\u00e2\u0080", "\u00e3\u0080", "\u0080\u0080"}) {
            assertThat(Decoded.request("r", "k", octets)).isEqualTo(new Request.Release(Verb.UNLOCK, "k", octets));
            assertThat(Decoded.request("r", "k", " " + octets + " "))
                    .isEqualTo(new Request.Release(Verb.UNLOCK, "k", octets));
        }
    }

    @Test
    void brokenCharacterBeforeABlankDoesNotHideIt() {
        assertThat(Decoded.request("r", "k", "t\u00e2\u00c2\u00a0")).isEqualTo(
                new Request.Release(Verb.UNLOCK, "k", "t\u00e2"));
        assertThat(Decoded.request("n", "k", "t\u00f0\u00e3\u0080\u00805")).isEqualTo(
                new Request.Renew(Verb.RENEW, "k", "t\u00f0", 5_000, DurationForm.SECONDS));
    }

    @Test
    void lineSeparatorThatLooksLikeABlankInsideAnotherCharacterIsNone() {
        // U+0485 ends in the byte 0x85 and U+00E0 in 0xA0; neither is white space.
        var text = Octets.ofText("\u0485\u00e0");

        assertThat(Decoded.request("r", "k", text)).isEqualTo(new Request.Release(Verb.UNLOCK, "k", text));
    }

    private static Set<Integer> whiteSpace() {
        var set = new TreeSet<Integer>();
        addRange(set, 0x09, 0x0d);
        set.add(0x20);
        set.add(0x85);
        set.add(0xa0);
        set.add(0x1680);
        addRange(set, 0x2000, 0x200a);
        set.add(0x2028);
        set.add(0x2029);
        set.add(0x202f);
        set.add(0x205f);
        set.add(0x3000);
        return set;
    }

    private static void addRange(Set<Integer> set, int from, int to) {
        for (int codePoint = from; codePoint <= to; codePoint++) {
            set.add(codePoint);
        }
    }
}
