package io.dflockd.service.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.json.stream.JsonStream;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Octets;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final long SEED = 20261125;
    /** Each kind of byte that UTF-8 knows, and the borders between them. */
    private static final int[] BYTES = {
            'a', '"', '<', 0x00, 0x0a, 0x1f, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xa8, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0,
            0xe2, 0xed,
            0xef, 0xf0, 0xf4, 0xf5, 0xff};

    @Test
    void writesWhatTheExistingServerWrites() {
        assertThat(Json.array(List.of())).isEqualTo("[]");
        assertThat(Json.array(List.of("a", "", "\"\\\n\r\t\b\f\u0000\u001f\u007f<>&")))
                .isEqualTo("[\"a\",\"\",\"\\\"\\\\\\n\\r\\t\\b\\f\\u0000\\u001f\u007f\\u003c\\u003e\\u0026\"]");
        assertThat(Octets.toText(Json.array(List.of(Octets.ofText("ä\u2028\u2029\u20ac\ud83d\ude00")))))
                .isEqualTo("[\"ä\\u2028\\u2029\u20ac\ud83d\ude00\"]");
        assertThat(Json.array(List.of("\u00ff", "\u00ed\u00a0\u0080", "\u00ef\u00bf\u00bd")))
                .as("no UTF-8, the bytes of a lone surrogate, and what stands for such")
                .isEqualTo("[\"\\ufffd\",\"\\ufffd\",\"\\ufffd\"]");
    }

    @Test
    void everyFewBytesAreWrittenAsTheJdkReadsThem() {
        IntStream.of(BYTES).forEach(a -> IntStream.of(BYTES).forEach(b -> IntStream.of(BYTES).forEach(c -> {
            for (int d : new int[]{'a', 0x80, 0xe2}) {
                var octets = "" + (char) a + (char) b + (char) c + (char) d;
                assertThat(Json.quote(octets)).isEqualTo(plainly(octets));
            }
        })));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ä", "\u20ac", "\ud83d\ude00", "a\u20ac", "\u0001", "\u2028a", "aaaaaaaa\ud83d\ude00"})
    void charactersAreNotCutBetweenPieces(String pattern) {
        for (int shift = 0; shift < 5; shift++) {
            var octets = Octets.ofText("x".repeat(shift) + pattern.repeat(20_000));
            assertThat(Json.quote(octets)).isEqualTo(plainly(octets));
        }
        assertThat(Json.quote("\u0080".repeat(20_000))).isEqualTo(plainly("\u0080".repeat(20_000)));
        assertThat(Json.quote("\u00f0\u0080".repeat(20_000))).isEqualTo(plainly("\u00f0\u0080".repeat(20_000)));
    }

    @Test
    void randomBytesAreWrittenAsTheJdkReadsThem() {
        var random = new Random(SEED);
        for (int i = 0; i < 40; i++) {
            var octets = random.ints(random.nextInt(40_000), 0, BYTES.length)
                    .mapToObj(at -> String.valueOf((char) BYTES[at]))
                    .collect(Collectors.joining());
            assertThat(Json.quote(octets)).as("seed %d, round %d", SEED, i).isEqualTo(plainly(octets));
        }
    }

    @Test
    void anArrayIsWrittenInPiecesOfAnySize() {
        var values = List.of("one", "", "\u0001".repeat(20_000), Octets.ofText("\u20ac".repeat(9_000)), "<");
        var whole = Json.array(values);
        for (int about : new int[]{1, 2, 7, 1000, 100_000, 1_000_000}) {
            var array = new JsonArray(values);
            var out = new OctetBuffer(1).put("before");
            int before;
            boolean more;
            do {
                before = out.length();
                more = array.write(out, about);
                assertThat(out.length() - before).as("about %d", about).isBetween(1, about + 6 * 8195 + 4);
            } while (more);
            assertThat(Octets.ofBytes(out.array(), 0, out.length())).isEqualTo("before" + whole);
        }
        assertThat(JsonArray.most(values.size(), 20_000 + 27_000 + 4)).isGreaterThanOrEqualTo(whole.length());
        assertThat(JsonArray.most(0, 0)).isEqualTo("[]".length());
    }

    @Test
    void whatIsWrittenIsJsonThatSaysTheSame() {
        var values = IntStream.concat(IntStream.range(0, 0x300), IntStream.of(0x2028, 0xfffd, 0x1f600, 0x10ffff))
                .mapToObj(Character::toString)
                .toList();
        var json = Octets.toText(Json.array(values.stream().map(Octets::ofText).toList()));

        try (var reader = JsonStream.builder().build().reader(json)) {
            reader.beginArray();
            for (var value : values) {
                assertThat(reader.hasNextElement()).isTrue();
                assertThat(reader.readString()).isEqualTo(value);
            }
            assertThat(reader.hasNextElement()).isFalse();
        }
    }

    /** One character after the other, from the text that the JDK makes of the bytes. */
    private static String plainly(String octets) {
        var text = new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        var json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                default -> {
                    if (c < ' ' || "<>&\u2028\u2029\ufffd".indexOf(c) >= 0) {
                        json.append("\\u%04x".formatted((int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return Octets.ofText(json.append('"').toString());
    }
}
