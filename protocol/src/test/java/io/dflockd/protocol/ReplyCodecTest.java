package io.dflockd.protocol;

import static io.dflockd.protocol.DurationForm.MILLISECONDS;
import static io.dflockd.protocol.DurationForm.SECONDS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplyCodecTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @EnumSource(Status.class)
    void everyStatusIsReadBackAfterEveryVerb(Status status) {
        var reply = new Reply.Word(status);

        assertThat(line(reply)).isEqualTo(status.word());
        for (var verb : Verb.values()) {
            assertThat(ReplyCodec.decode(verb, status.word())).isEqualTo(reply);
        }
    }

    @Test
    void grantIsTokenLeaseAndFence() {
        var ok = new Reply.Granted(Status.OK, TOKEN, 33_000, SECONDS, 1);
        var acquired = new Reply.Granted(Status.ACQUIRED, TOKEN, 33_000, SECONDS, 9_007_199_254_740_991L);

        assertThat(line(ok)).isEqualTo("ok " + TOKEN + " 33 1");
        assertThat(line(acquired)).isEqualTo("acquired " + TOKEN + " 33 9007199254740991");
        for (var verb : List.of(Verb.LOCK, Verb.SEM_LOCK, Verb.READ_LOCK, Verb.WRITE_LOCK, Verb.ELECT, Verb.WAIT,
                Verb.SEM_WAIT, Verb.READ_WAIT, Verb.WRITE_WAIT)) {
            assertThat(ReplyCodec.decode(verb, line(ok))).isEqualTo(ok);
        }
        for (var verb : List.of(Verb.ENQUEUE, Verb.SEM_ENQUEUE, Verb.READ_ENQUEUE, Verb.WRITE_ENQUEUE)) {
            assertThat(ReplyCodec.decode(verb, line(acquired))).isEqualTo(acquired);
        }
    }

    @Test
    void renewalIsLeaseAndFence() {
        var reply = new Reply.Renewed(90_000, SECONDS, 7);

        assertThat(line(reply)).isEqualTo("ok 90 7");
        for (var verb : List.of(Verb.RENEW, Verb.SEM_RENEW, Verb.READ_RENEW, Verb.WRITE_RENEW)) {
            assertThat(ReplyCodec.decode(verb, line(reply))).isEqualTo(reply);
        }
    }

    @Test
    void leaseIsWrittenInTheFormInWhichItWasAsked() {
        var granted = new Reply.Granted(Status.OK, TOKEN, 250, MILLISECONDS, 7);
        var renewed = new Reply.Renewed(3_000, MILLISECONDS, 7);

        assertThat(line(granted)).isEqualTo("ok " + TOKEN + " 250ms 7");
        assertThat(line(renewed)).isEqualTo("ok 3000ms 7");
        assertThat(ReplyCodec.decode(Verb.LOCK, line(granted))).isEqualTo(granted);
        assertThat(ReplyCodec.decode(Verb.RENEW, line(renewed))).isEqualTo(renewed);
    }

    @Test
    void secondsNeverSayMoreThanThereIs() {
        assertThat(line(new Reply.Renewed(1_999, SECONDS, 7))).isEqualTo("ok 1 7");
    }

    @Test
    void leaseIsNotLongerThanSecondsGo() {
        long most = Limits.MAX_SECONDS;

        assertThat(ReplyCodec.decode(Verb.RENEW, "ok " + most + " 7"))
                .isEqualTo(new Reply.Renewed(most * 1000, SECONDS, 7));
        for (var bad : List.of("ok " + (most + 1) + " 7", "ok " + (most * 1000 + 1) + "ms 7", "ok ms 7", "ok x 7",
                "ok " + Long.MIN_VALUE + " 7", "ok " + Long.MIN_VALUE + "ms 7")) {
            assertThat(ReplyCodec.decode(Verb.RENEW, bad)).as(bad).isEqualTo(new Reply.Unknown(bad));
        }
    }

    @Test
    void legacyDialectLeavesTheFenceOut() {
        assertThat(legacyLine(new Reply.Granted(Status.OK, TOKEN, 33_000, SECONDS, 1)))
                .isEqualTo("ok " + TOKEN + " 33");
        assertThat(legacyLine(new Reply.Granted(Status.ACQUIRED, TOKEN, 33_000, SECONDS, 1)))
                .isEqualTo("acquired " + TOKEN + " 33");
        assertThat(legacyLine(new Reply.Renewed(33_000, SECONDS, 1))).isEqualTo("ok 33");
        assertThat(legacyLine(new Reply.Count(7))).isEqualTo("ok 7");
    }

    @Test
    void keepIsAnsweredAsARenewalAndDowngradeAsAGrant() {
        assertThat(ReplyCodec.decode(Verb.KEEP, "ok 60 7")).isEqualTo(new Reply.Renewed(60_000, SECONDS, 7));
        assertThat(ReplyCodec.decode(Verb.DOWNGRADE, "ok " + TOKEN + " 60 7"))
                .isEqualTo(new Reply.Granted(Status.OK, TOKEN, 60_000, SECONDS, 7));
    }

    @Test
    void sessionIsNewOrResumed() {
        var fresh = new Reply.Session(false, 60, 0);
        var resumed = new Reply.Session(true, 60, Limits.MAX_NUMBER);

        assertThat(line(fresh)).isEqualTo("ok new 60");
        assertThat(line(resumed)).isEqualTo("ok resumed 60 9007199254740991");
        assertThat(ReplyCodec.decode(Verb.SESSION, line(fresh))).isEqualTo(fresh);
        assertThat(ReplyCodec.decode(Verb.SESSION, line(resumed))).isEqualTo(resumed);
        for (var bad : List.of("ok new", "ok resumed", "ok new 60 1", "ok resumed 60", "ok resumed 60 1 1",
                "ok resumed 60 9007199254740992", "ok resumed 60 -1", "ok old 60", "ok new x")) {
            assertThat(ReplyCodec.decode(Verb.SESSION, bad)).as(bad).isEqualTo(new Reply.Unknown(bad));
        }
    }

    @Test
    void fenceThatAnOldServerLeavesOutIsZero() {
        assertThat(ReplyCodec.decode(Verb.LOCK, "ok " + TOKEN + " 33"))
                .isEqualTo(new Reply.Granted(Status.OK, TOKEN, 33_000, SECONDS, 0));
        assertThat(ReplyCodec.decode(Verb.RENEW, "ok 33")).isEqualTo(new Reply.Renewed(33_000, SECONDS, 0));
    }

    @Test
    void numbersAreReadBack() {
        for (long value : new long[]{0, 1, -1, 9, 10, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE}) {
            var reply = new Reply.Count(value);
            assertThat(line(reply)).isEqualTo("ok " + value);
            for (var verb : List.of(Verb.INCR, Verb.DECR, Verb.GET, Verb.LPUSH, Verb.RPUSH, Verb.LLEN, Verb.SIGNAL)) {
                assertThat(ReplyCodec.decode(verb, line(reply))).isEqualTo(reply);
            }
        }
    }

    @Test
    void textIsEverythingAfterTheFirstBlank() {
        for (var text : List.of("hello world", " ", "  two  ", "a\tb", "60", "[\"z z\"]", "\0\u00ff")) {
            var reply = new Reply.Text(text);
            assertThat(line(reply)).isEqualTo("ok " + text);
            for (var verb : List.of(Verb.KGET, Verb.LPOP, Verb.BRPOP, Verb.LRANGE, Verb.STATS, Verb.HELLO)) {
                assertThat(ReplyCodec.decode(verb, line(reply))).isEqualTo(reply);
            }
        }
    }

    @Test
    void emptyTextLeavesTheBareWord() {
        assertThat(line(new Reply.Text(""))).isEqualTo("ok");
        assertThat(ReplyCodec.decode(Verb.KGET, "ok")).isEqualTo(new Reply.Word(Status.OK));
    }

    @Test
    void lineThatDoesNotFitTheVerbIsKeptWhole() {
        for (var line : List.of("ok", "ok x", "ok x y", "ok " + TOKEN + " x 1", "ok " + TOKEN + " 33 x",
                "ok " + TOKEN + " 33 1 2", "ok  33 1", "nil x", "timeout 5", "error_auth why", "error_of_the_future",
                "", " ", "sig a b")) {
            assertThat(ReplyCodec.decode(Verb.LOCK, line)).as(line)
                    .isEqualTo(line.equals("ok") ? new Reply.Word(Status.OK) : new Reply.Unknown(line));
        }
        assertThat(ReplyCodec.decode(Verb.GET, "ok 1.5")).isEqualTo(new Reply.Unknown("ok 1.5"));
        assertThat(ReplyCodec.decode(Verb.GET, "ok 9223372036854775808"))
                .isEqualTo(new Reply.Unknown("ok 9223372036854775808"));
        assertThat(ReplyCodec.decode(Verb.RENEW, "ok 1 2 3")).isEqualTo(new Reply.Unknown("ok 1 2 3"));
    }

    @Test
    void onlyAGrantCanBeAcquired() {
        for (var verb : List.of(Verb.KGET, Verb.GET, Verb.RENEW, Verb.LPOP)) {
            assertThat(ReplyCodec.decode(verb, "acquired 5")).isEqualTo(new Reply.Unknown("acquired 5"));
        }
    }

    @Test
    void unknownLineIsWrittenAsItCame() {
        assertThat(line(new Reply.Unknown("what is this"))).isEqualTo("what is this");
    }

    private static String line(Reply reply) {
        var out = new OctetBuffer(1);
        ReplyCodec.encode(reply, out);
        return textOf(out);
    }

    private static String legacyLine(Reply reply) {
        var out = new OctetBuffer(1);
        ReplyCodec.encode(reply, Dialect.LEGACY, out);
        return textOf(out);
    }

    private static String textOf(OctetBuffer out) {
        var text = new String(out.toByteArray(), ISO_8859_1);
        assertThat(text).endsWith("\n").containsOnlyOnce("\n");
        return text.substring(0, text.length() - 1);
    }
}
