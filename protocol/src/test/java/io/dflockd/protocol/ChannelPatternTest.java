package io.dflockd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
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
}
