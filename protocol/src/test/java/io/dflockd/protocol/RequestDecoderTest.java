package io.dflockd.protocol;

import static io.dflockd.protocol.ProtocolError.LINE_TOO_LONG;
import static io.dflockd.protocol.ProtocolError.UNKNOWN_COMMAND;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Framing: where a line ends, how long it may be, and that it does not matter how the bytes arrive. */
class RequestDecoderTest {
    private static final String MIXED = "get\nc\n\n" + "@t.1 l\njobs\n5 60\n" + "nonsense\n\n\n"
            + "k\rset\r\nmy\rkey\r\n\rhello\tworld\n" + "kset\nk\n" + "v".repeat(300) + "\t7\n"
            + "lpush\nq\n\0\u00ff\u0080\n"
            + "e\nk\n\n" + "stats\n\n\n";

    @Test
    void requestsComeOutInTheOrderOfTheirBytes() {
        var requests = Decoded.of("incr\nc\n1\nget\nc\n\nincr\nc\n2\n").withoutTags();

        assertThat(requests).containsExactly(new Request.Add(Verb.INCR, "c", 1), new Request.GetCounter("c"),
                new Request.Add(Verb.INCR, "c", 2));
    }

    @Test
    void everySplitIntoTwoPiecesGivesTheSameRequests() {
        var whole = Decoded.of(MIXED);

        for (int cut = 0; cut <= MIXED.length(); cut++) {
            assertThat(Decoded.of(MIXED, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void everySplitIntoThreePiecesGivesTheSameRequests() {
        var bytes = "get\nc\n\n@a l\r\nj\n5\rx\nkset\nk\nv\n";
        var whole = Decoded.of(bytes);

        for (int one = 0; one <= bytes.length(); one++) {
            for (int other = one; other <= bytes.length(); other++) {
                assertThat(Decoded.of(bytes, one, other)).as("cuts at %d and %d", one, other).isEqualTo(whole);
            }
        }
    }

    @Test
    void singleBytesGiveTheSameRequests() {
        var cuts = new int[MIXED.length()];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i;
        }

        assertThat(Decoded.of(MIXED, cuts)).isEqualTo(Decoded.of(MIXED));
    }

    @Test
    void onlyTheGivenPartOfTheArrayIsRead() {
        var bytes = "XXget\nc\n\nYY".getBytes(ISO_8859_1);
        var requests = new ArrayList<Request>();

        new RequestDecoder(256).decode(bytes, 2, bytes.length - 2, (tag, request) -> requests.add(request));

        assertThat(requests).containsExactly(new Request.GetCounter("c"));
    }

    @Test
    void theBytesOfAnEarlierPieceMayBeOverwritten() {
        var decoder = new RequestDecoder(256);
        var requests = new ArrayList<Request>();
        var piece = "kget\nna".getBytes(ISO_8859_1);

        decoder.decode(piece, 0, piece.length, (tag, request) -> requests.add(request));
        System.arraycopy("me\n\n###".getBytes(ISO_8859_1), 0, piece, 0, piece.length);
        decoder.decode(piece, 0, 4, (tag, request) -> requests.add(request));

        assertThat(requests).containsExactly(new Request.GetValue("name"));
    }

    @Test
    void requestIsOpenFromItsFirstByteToItsLast() {
        assertThat(Decoded.of("").insideRequest()).isFalse();
        assertThat(Decoded.of("g").insideRequest()).isTrue();
        assertThat(Decoded.of("\r").insideRequest()).isTrue();
        assertThat(Decoded.of("get\nc\n").insideRequest()).isTrue();
        assertThat(Decoded.of("get\nc\n\n").insideRequest()).isFalse();
        assertThat(Decoded.of("get\nc\n\n", 3).insideRequest()).isFalse();
    }

    @Test
    void carriageReturnsVanishWhereverTheyStand() {
        var plain = "get\nmykey\n\n";
        for (int at = 0; at <= plain.length() - 1; at++) {
            var withReturn = plain.substring(0, at) + "\r" + plain.substring(at);
            assertThat(Decoded.of(withReturn).withoutTags()).as("before byte %d", at)
                    .containsExactly(new Request.GetCounter("mykey"));
        }
    }

    @Test
    void carriageReturnAfterTheLastLineFeedBelongsToTheNextRequest() {
        var decoded = Decoded.of("get\nc\n\n\rget\nd\n\n");

        assertThat(decoded.withoutTags()).containsExactly(new Request.GetCounter("c"), new Request.GetCounter("d"));
    }

    @Test
    void lineOfOnlyCarriageReturnsIsTheEmptyLine() {
        assertThat(Decoded.request("get", "\r\r\r", "")).isInstanceOf(Request.Malformed.class);
        assertThat(Decoded.request("kget", "k", "\r\r")).isEqualTo(new Request.GetValue("k"));
    }

    @Test
    void carriageReturnsDoNotCountForTheLimit() {
        var key = "\r".repeat(300) + "k".repeat(256) + "\r".repeat(300);

        assertThat(Decoded.request("get", key, "")).isEqualTo(new Request.GetCounter("k".repeat(256)));
    }

    @Test
    void carriageReturnsInAValueAreDropped() {
        assertThat(Decoded.request("lpush", "k", "a\rb\r")).isEqualTo(new Request.Push(Verb.LPUSH, "k", "ab"));
    }

    @Test
    void commandLineOf256BytesIsReadAnd257IsTooLong() {
        assertThat(Decoded.error("x".repeat(256), "k", "")).isEqualTo(UNKNOWN_COMMAND);
        assertThat(Decoded.of("x".repeat(257) + "\n")).isEqualTo(tooLong("x".repeat(256)));
    }

    @Test
    void keyLineOf256BytesIsReadAnd257IsTooLong() {
        assertThat(Decoded.request("get", "k".repeat(256), "")).isEqualTo(new Request.GetCounter("k".repeat(256)));
        assertThat(Decoded.of("get\n" + "k".repeat(257) + "\n")).isEqualTo(tooLong("get"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "kget", "stats", "ping", "nonsense"})
    void argumentLineOf256BytesIsReadAnd257IsTooLong(String command) {
        var fits = Decoded.of(command + "\nk\n" + "a".repeat(256) + "\n");
        var tooLong = Decoded.of(command + "\nk\n" + "a".repeat(257) + "\n");

        assertThat(fits.requests()).hasSize(1);
        assertThat(fits.finished()).isFalse();
        assertThat(tooLong).isEqualTo(tooLong(command));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kset", "kcas", "lpush", "rpush", "signal", "auth", "@7 lpush"})
    void commandsThatCarryAValueHaveTheLongerArgumentLine(String command) {
        int most = 1000;
        var fits = Decoded.of(most, command + "\nk\n" + "a".repeat(most) + "\n");
        var tooLong = Decoded.of(most, command + "\nk\n" + "a".repeat(most + 1) + "\n").withoutTags();

        assertThat(fits.requests()).hasSize(1);
        assertThat(fits.finished()).isFalse();
        assertThat(tooLong).containsExactly(new Request.Malformed(LINE_TOO_LONG, command));
    }

    @Test
    void commandThatCarriesAValueStillHasTheShortKeyLine() {
        assertThat(Decoded.of("kset\n" + "k".repeat(257) + "\n")).isEqualTo(tooLong("kset"));
    }

    @Test
    void valueLimitMayBeBelowTheOrdinaryOne() {
        assertThat(Decoded.of(10, "lpush\nk\n" + "a".repeat(11) + "\n")).isEqualTo(tooLong("lpush"));
        assertThat(Decoded.of(10, "get\nk\n" + "a".repeat(11) + "\n").finished()).isFalse();
    }

    @Test
    void lineThatIsTooLongIsAnsweredAtItsLineFeedAndNotBefore() {
        var withoutLineFeed = Decoded.of("get\n" + "k".repeat(100_000));
        assertThat(withoutLineFeed.requests()).isEmpty();
        assertThat(withoutLineFeed.finished()).isFalse();
        assertThat(withoutLineFeed.insideRequest()).isTrue();

        assertThat(Decoded.of("get\n" + "k".repeat(100_000) + "\n")).isEqualTo(tooLong("get"));
    }

    @Test
    void nothingComesOutAfterALineThatWasTooLong() {
        var bytes = "get\na\n\n" + "get\n" + "k".repeat(257) + "\n\n" + "get\nb\n\n";

        for (int cut = 0; cut <= bytes.length(); cut++) {
            var decoded = Decoded.of(bytes, cut);
            assertThat(decoded.withoutTags()).as("cut at %d", cut)
                    .containsExactly(new Request.GetCounter("a"),
                            new Request.Malformed(LINE_TOO_LONG, "get"));
            assertThat(decoded.finished()).isTrue();
        }
    }

    @Test
    void lineThatIsTooLongComesOutUnderItsTag() {
        var byCommand = "@7+5 " + "x".repeat(300);
        for (var bytes : List.of("@7+5 get\n" + "k".repeat(257) + "\n", "@7+5 get\nk\n" + "a".repeat(257) + "\n",
                "@7+5 lpush\nk\n" + "a".repeat(65_537) + "\n", byCommand + "\n")) {
            assertThat(Decoded.of(bytes).requests()).extracting(Decoded.Tagged::tag).containsExactly("7+5");
            assertThat(Decoded.of(bytes, 1).requests()).extracting(Decoded.Tagged::tag).containsExactly("7+5");
        }
    }

    @Test
    void beforeAuthOnlyTheLineOfAuthMayBeLong() {
        for (var command : List.of("kset", "lpush", "signal", "@7 rpush")) {
            var requests = new ArrayList<Request>();
            decode(RequestDecoder.beforeAuth(65_536), command + "\nk\n" + "a".repeat(257) + "\n", requests);
            assertThat(requests).containsExactly(new Request.Malformed(LINE_TOO_LONG, command));
        }
        var requests = new ArrayList<Request>();
        decode(RequestDecoder.beforeAuth(65_536), "auth\n_\n" + "t".repeat(65_536) + "\n", requests);
        assertThat(requests).containsExactly(new Request.Auth("t".repeat(65_536)));
    }

    @Test
    void afterAuthTheNextRequestMayBeLongAlreadyInTheSameBytes() {
        var decoder = RequestDecoder.beforeAuth(65_536);
        var requests = new ArrayList<Request>();
        var bytes = ("auth\n_\nt\nlpush\nk\n" + "a".repeat(1000) + "\n").getBytes(ISO_8859_1);

        decoder.decode(bytes, 0, bytes.length, (tag, request) -> {
            requests.add(request);
            decoder.authenticated();
        });

        assertThat(requests).containsExactly(new Request.Auth("t"),
                new Request.Push(Verb.LPUSH, "k", "a".repeat(1000)));
    }

    @Test
    void strangerCanMakeItKeepLittle() {
        for (var begun : List.of("x".repeat(100_000), "kset\n" + "k".repeat(100_000),
                "kset\n" + "k".repeat(256) + "\n" + "v".repeat(100_000),
                "@" + "t".repeat(32) + " " + "x".repeat(222) + "\n" + "k".repeat(256) + "\n" + "v".repeat(256))) {
            var decoder = RequestDecoder.beforeAuth(65_536);
            decode(decoder, begun, new ArrayList<>());
            assertThat(decoder.heldBytes()).isBetween(1, 1024);
        }
    }

    @Test
    void heldBytesAreThoseOfHalfARequest() {
        var decoder = new RequestDecoder(65_536);
        assertThat(decoder.heldBytes()).isZero();

        decode(decoder, "lpush\nk\n" + "v".repeat(50_000), new ArrayList<>());
        assertThat(decoder.heldBytes()).isBetween(50_000, 65_536 + 512);

        decode(decoder, "\n", new ArrayList<>());
        assertThat(decoder.heldBytes()).isZero();
    }

    private static void decode(RequestDecoder decoder, String octets, List<Request> requests) {
        var bytes = octets.getBytes(ISO_8859_1);
        decoder.decode(bytes, 0, bytes.length, (tag, request) -> requests.add(request));
    }

    @Test
    void refusedRequestsDoNotDisturbTheNext() {
        var decoded = Decoded.of("L\na\n5\nl\n\n5\nl\na\n-1\nget\nc\n\n");

        assertThat(decoded.withoutTags()).hasSize(4).last().isEqualTo(new Request.GetCounter("c"));
        assertThat(decoded.finished()).isFalse();
    }

    @Test
    void everyByteButLineFeedAndCarriageReturnPassesThrough() {
        var octets = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            if (c != '\n' && c != '\r') {
                octets.append(c);
            }
        }
        var value = octets.toString();
        var key = value.replace(" ", "").replace("\t", "");

        assertThat(Decoded.request("rpush", key, value)).isEqualTo(new Request.Push(Verb.RPUSH, key, value));
    }

    @Test
    void commandIsMatchedExactly() {
        for (var command : List.of("", "L", "l ", " l", "l\t", "ll", "l\0", "GET", "get\u00a0", "\u00ff")) {
            assertThat(Decoded.error(command, "k", "5")).as("<%s>", command).isEqualTo(UNKNOWN_COMMAND);
        }
    }

    @Test
    void everyVerbIsFoundByItsWord() {
        for (var verb : Verb.values()) {
            var bytes = verb.word().getBytes(ISO_8859_1);
            assertThat(Verb.of(bytes, 0, bytes.length)).isEqualTo(verb);
        }
    }

    private static Decoded tooLong(String command) {
        var malformed = new Request.Malformed(LINE_TOO_LONG, command);
        return new Decoded(List.of(new Decoded.Tagged("", malformed)), true, false);
    }
}
