package io.dflockd.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RawArgumentsTest {
    @Test
    void argumentThatIsNoTextIsNamedWithItsBytes() {
        var line = "java\0-cp\0x\0kv\0set\0b\0\u00ff\u00fe\0".getBytes(ISO_8859_1);

        assertThat(RawArguments.refusal(line, 4, 0)).isEqualTo("argument 4 is '\\xff\\xfe'; valid is text in UTF-8");
    }

    @Test
    void replacementThatWasTypedIsText() {
        assertThat(RawArguments.refusal("java\0kv\0\uFFFD\0\0".getBytes(UTF_8), 3, 0)).isNull();
        assertThat(RawArguments.refusal(new String[]{"kv", "get", "k"})).isNull();
    }

    @Test
    void wordsBeforeTheArgumentsDoNotMatter() {
        assertThat(RawArguments.refusal("\u00ff\0kv\0".getBytes(ISO_8859_1), 1, 0)).isNull();
    }
}
