package io.dflockd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelPatternTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b", "*", ">", "a.*", "*.a", "a.*.b", "a.>", "*.>", "*.*", "a..b", ".", "a.", ".>",
            "..>", ".*."})
    void wildcardsThatAreWholeTokensAreValid(String pattern) {
        assertThat(ChannelPattern.isValid(pattern)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*", "*a", "**", "a.b*", "a.*b.c", ">.a", "a.>.b", ">>", "a>", ">a", "a.>>", ">.", ">.>",
            "*>"})
    void wildcardsInsideTokensAndTailsBeforeTheEndAreNot(String pattern) {
        assertThat(ChannelPattern.isValid(pattern)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", ">", "a.*", "a.>", "a*b", "x>y", "a.*.b"})
    void starOrTailAnywhereIsAWildcard(String pattern) {
        assertThat(ChannelPattern.hasWildcard(pattern)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b", "a..b", "."})
    void plainNameHasNoWildcard(String pattern) {
        assertThat(ChannelPattern.hasWildcard(pattern)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"a.b,a.b", "a.*,a.b", "a.*,a.", "a.*.c,a.b.c", "a.*.c,a..c", "a.>,a.b", "a.>,a.b.c", "a.>,a.", ">,a",
            ">,a.b", "*,a", "*.*,.", "a..b,a..b", "a.*,a.*", "*.>,a.>"})
    void matchingNameMatches(String pattern, String name) {
        assertThat(ChannelPattern.matches(pattern, name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"a.b,a.c", "a.b,a", "a,a.b", "a.*,a", "a.*,a.b.c", "a.*.c,a.c", "a.>,a", "a.>,b.a", "*,a.b", "*.*,a",
            "ab,a", "a,ab", "a..b,a.b"})
    void otherNameDoesNotMatch(String pattern, String name) {
        assertThat(ChannelPattern.matches(pattern, name)).isFalse();
    }
}
