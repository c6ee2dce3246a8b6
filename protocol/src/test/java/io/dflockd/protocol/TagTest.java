package io.dflockd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TagTest {
    private static final String LONGEST = "t".repeat(Limits.MAX_TAG_LENGTH);

    @Test
    void tagStandsBeforeTheCommandAndComesOutBesideTheRequest() {
        for (var tag : List.of("7", "a", "A-z_0.9", "-", LONGEST)) {
            var decoded = Decoded.of("@" + tag + " get\nc\n\n");
            assertThat(decoded.requests()).containsExactly(new Decoded.Tagged(tag, new Request.GetCounter("c")));
        }
    }

    @Test
    void commandIsUnknownBehindATagThatIsNone() {
        for (var command : List.of("@ get", "@get", "@", "@7", "@7  get", "@7\tget", "@a:b get", "@\u00e9 get",
                "@" + LONGEST + "t get", " @7 get", "@7 @8 get")) {
            assertThat(Decoded.of(command + "\nc\n\n").withoutTags()).as(command)
                    .containsExactly(new Request.Malformed(ProtocolError.UNKNOWN_COMMAND, command));
        }
    }

    @Test
    void numberMayComeWithHowManyAnswersWereReceived() {
        for (var tag : List.of("7+5", "1+0", "007+00", "9007199254740991+9007199254740991", "9".repeat(16) + "+"
                + "9".repeat(16))) {
            var decoded = Decoded.of("@" + tag + " get\nc\n\n");
            assertThat(decoded.requests()).containsExactly(new Decoded.Tagged(tag, new Request.GetCounter("c")));
        }
        for (var none : List.of("+5", "7+", "a+5", "7+a", "7++5", "7+5+5", "7+-5", "1".repeat(17) + "+5",
                "5+" + "1".repeat(17))) {
            var command = "@" + none + " get";
            assertThat(Decoded.of(command + "\nc\n\n").requests()).as(none)
                    .containsExactly(new Decoded.Tagged("",
                            new Request.Malformed(ProtocolError.UNKNOWN_COMMAND, command)));
        }
    }

    @Test
    void refusedRequestKeepsItsTag() {
        var decoded = Decoded.of("@7 l\nk\n-1\n@8 nonsense\nk\n\n");

        assertThat(decoded.requests()).extracting(Decoded.Tagged::tag).containsExactly("7", "8");
        assertThat(decoded.withoutTags()).allMatch(Request.Malformed.class::isInstance);
    }

    @Test
    void validTagIsLettersDigitsDotsUnderscoresAndHyphens() {
        assertThat(List.of("7", "aZ", "._-", LONGEST)).allMatch(Tag::isValid);
        assertThat(List.of("", " ", "a b", "@", "a\n", "\u00e9", LONGEST + "t")).noneMatch(Tag::isValid);
    }

    @Test
    void everyOtherCharacterIsNone() {
        var all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            assertThat(Tag.isValid("t" + c)).as("%04x", (int) c).isEqualTo(all.indexOf(c) >= 0);
        }
    }

    @Test
    void replyLineIsTakenApart() {
        assertThat(Tag.ofLine("@7 ok 5")).isEqualTo("7");
        assertThat(Tag.rest("@7 ok 5")).isEqualTo("ok 5");
        for (var line : List.of("ok 5", "", "@", "@7", "sig @7 x")) {
            assertThat(Tag.ofLine(line)).isEqualTo(Tag.NONE);
            assertThat(Tag.rest(line)).isEqualTo(line);
        }
    }
}
