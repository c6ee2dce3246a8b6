package io.dflockd.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.protocol.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bytes: what passes through, and that it does not matter in which pieces they arrive. */
@ExtendWith(Conversations.class)
class FramingTest {
    /** All bytes but LF and CR. */
    private static final String EVERY_OCTET = everyOctet();

    @Test
    void everyByteOfAValueComesBackUnchanged(Conversation talk) {
        var a = talk.client("A");
        var value = EVERY_OCTET.replace("\t", "");

        a.ask("kset", talk.key("k"), value.substring(0, 128), "ok");
        a.send("kget", talk.key("k"), "");
        assertThat(a.line()).isEqualTo("ok " + value.substring(0, 128));

        a.ask("rpush", talk.key("l"), EVERY_OCTET.substring(100), "ok 1");
        a.send("lpop", talk.key("l"), "");
        assertThat(a.line()).isEqualTo("ok " + EVERY_OCTET.substring(100));
    }

    @Test
    void everyByteOfAKeyAndAPayloadComesBackInPushes(Conversation talk) {
        var key = talk.key(EVERY_OCTET.replaceAll("[\t *>]", "").substring(0, 200));
        var a = talk.client("A");
        a.ask("listen", key, "", "ok").ask("watch", key, "", "ok");

        talk.client("B").ask("signal", key, EVERY_OCTET.substring(0, 254), "ok 1");
        assertThat(a.line()).isEqualTo("sig " + key + " " + EVERY_OCTET.substring(0, 254));
        talk.client("B").ask("incr", key, "1", "ok 1");
        assertThat(a.line()).isEqualTo("watch incr " + key);
    }

    @Test
    void bytesThatAreNoTextBecomeReplacementCharactersInJson(Conversation talk) {
        var a = talk.client("A");
        a.ask("rpush", talk.key("l"), "a\u00ffb\0\u0001", "ok 1");
        a.send("lrange", talk.key("l"), "0 -1");

        var line = Octets.toText(a.line());

        assertThat(line).isIn("ok [\"a\ufffdb\\u0000\\u0001\"]", "ok [\"a\\ufffdb\\u0000\\u0001\"]");
    }

    @Test
    void everySplitOfARequestIsAnsweredAlike(Conversation talk) {
        var a = talk.client("A");
        var request = "incr\n" + talk.key("c") + "\n1\n";

        for (int cut = 1; cut < request.length(); cut++) {
            a.sendOctets(request.substring(0, cut)).sendOctets(request.substring(cut)).expect("ok " + cut);
        }
    }

    @Test
    void requestMayArriveByteByByte(Conversation talk) {
        var a = talk.client("A");

        ("kset\n" + talk.key("k") + "\nhello\t60\n").chars().forEach(octet -> a.sendOctets("" + (char) octet));

        a.expect("ok").ask("kget", talk.key("k"), "", "ok hello");
    }

    @Test
    void requestThatEndsWithItsConnectionHasNoEffect(Conversation talk) {
        var a = talk.client("A");
        a.sendOctets("incr\n" + talk.key("c") + "\n1\n" + "incr\n" + talk.key("c") + "\n1");
        a.expect("ok 1").halfClose();
        a.expectClosed();

        talk.client("B").ask("get", talk.key("c"), "", "ok 1");
    }

    @Test
    void whatWasSentBeforeTheEndIsStillAnswered(Conversation talk) {
        var a = talk.client("A");
        var octets = "incr\n" + talk.key("c") + "\n1\n";
        a.sendOctets(octets + octets + octets).halfClose();

        a.expect("ok 1").expect("ok 2").expect("ok 3").expectClosed();
    }

    @Test
    void statsThatWereAskedForBeforeTheEndAreStillAnswered(Conversation talk) {
        var a = talk.client("A");
        a.sendOctets("stats\n_\n\n").halfClose();

        assertThat(a.line()).startsWith("ok {");
        a.expectClosed();
    }

    @Test
    void lineThatIsTooLongIsReadToItsEndAndNothingAfterIt(Conversation talk) {
        var a = talk.client("A");
        a.sendOctets("get\n" + "k".repeat(300)).expectQuiet();

        a.sendOctets("k".repeat(70_000) + "\nincr\n" + talk.key("c") + "\n1\n").expect("error").expectClosed();

        talk.client("B").ask("get", talk.key("c"), "", "ok 0");
    }

    @Test
    void requestsBeforeALineThatIsTooLongAreAnswered(Conversation talk) {
        var a = talk.client("A");
        var good = "incr\n" + talk.key("c") + "\n1\n";

        a.sendOctets(good + good + "x".repeat(257) + "\n" + good)
                .expect("ok 1")
                .expect("ok 2")
                .expect("error")
                .expectClosed();

        talk.client("B").ask("get", talk.key("c"), "", "ok 2");
    }

    @Test
    void carriageReturnsAnywhereChangeNothing(Conversation talk) {
        var a = talk.client("A");
        var request = "incr\n" + talk.key("c") + "\n1\n";

        for (int at = 0; at < request.length(); at++) {
            a.sendOctets(request.substring(0, at) + "\r" + request.substring(at)).expect("ok " + (at + 1));
        }
    }

    private static String everyOctet() {
        var bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return new String(bytes, ISO_8859_1).replace("\n", "").replace("\r", "");
    }
}
