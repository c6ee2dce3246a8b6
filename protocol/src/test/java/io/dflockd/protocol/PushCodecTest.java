package io.dflockd.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PushCodecTest {
    @Test
    void everyPushIsReadBack() {
        var pushes = List.of(new Push.Signal("ev.a", "hi there"), new Push.Signal("ev", " \t "),
                new Push.Signal("\u00ff", "\0\u0080"), new Push.Watch("kset", "cfg.a"),
                new Push.Watch("event_of_the_future", "k"), new Push.Leader("elected", "e1"),
                new Push.Missed(7), new Push.Lost("k", 17, Push.Lost.REVOKED));
        assertThat(pushes.stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(Push.class.getPermittedSubclasses());

        for (var push : pushes) {
            assertThat(PushCodec.isPush(line(push))).isTrue();
            assertThat(PushCodec.decode(line(push))).isEqualTo(push);
        }
    }

    @Test
    void pushIsOneLine() {
        assertThat(line(new Push.Signal("ev.a", "hi there"))).isEqualTo("sig ev.a hi there");
        assertThat(line(new Push.Watch("kset", "cfg.a"))).isEqualTo("watch kset cfg.a");
        assertThat(line(new Push.Leader("failover", "e1"))).isEqualTo("leader failover e1");
        assertThat(line(new Push.Lost("k", 17, "expired"))).isEqualTo("lost k 17 expired");
        assertThat(line(new Push.Missed(7))).isEqualTo("missed events 7");
    }

    @Test
    void noReplyLooksLikeAPush() {
        for (var status : Status.values()) {
            assertThat(PushCodec.isPush(status.word())).isFalse();
            assertThat(PushCodec.isPush(status.word() + " sig a b")).isFalse();
        }
        assertThat(PushCodec.isPush("signal a b")).isFalse();
        assertThat(PushCodec.isPush("sig")).isFalse();
    }

    @Test
    void lineWithoutItsSecondPartIsNoPush() {
        for (var line : List.of("sig ", "sig ev", "watch kset", "leader", "missed events", "missed events x",
                "missed 7 events", "lost k", "lost k 17", "lost k x expired", "lost k -1 expired",
                "", " ", "ok a b")) {
            assertThat(PushCodec.decode(line)).as(line).isNull();
        }
    }

    private static String line(Push push) {
        var out = new OctetBuffer(1);
        PushCodec.encode(push, out);
        var text = new String(out.toByteArray(), ISO_8859_1);
        assertThat(text).endsWith("\n").containsOnlyOnce("\n");
        return text.substring(0, text.length() - 1);
    }
}
