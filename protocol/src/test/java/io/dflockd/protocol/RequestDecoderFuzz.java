package io.dflockd.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Feeds the decoder with damaged requests, whole and in pieces, and demands the same result both times. Stays out of
 * the normal run; start it by name:
 *
 * <pre>mvn -pl protocol test -Dtest=RequestDecoderFuzz -Dfuzz.seconds=120</pre>
 *
 * A failure names the seed of its round; {@code -Dfuzz.seed=N} starts with that round.
 */
class RequestDecoderFuzz {
    private static final long SECONDS = Long.getLong("fuzz.seconds", 10);
    private static final long FIRST_SEED = Long.getLong("fuzz.seed", 1);
    private static final int MAX_ARG_BYTES = 600;
    private static final int MAX_REQUESTS = 8;
    private static final int MAX_DAMAGES = 6;
    private static final int MAX_CUTS = 10;

    private static final String[] ARGUMENTS = {"", "0", "5", "5 60", "5 2 60", "-1", "250ms", "5 250ms", "0ms", "+5ms",
            "v\t250ms", "v\t", "old\tnew\t", "token 250ms", "60 17",
            "60 017", "17", "9007199254740991", "9007199254740992", "v\t60", "old\tnew\t5", "a b\tc",
            "0 -1", "token", "0123456789abcdef 7", "9223372036", "9223372037", "-9223372036854775808",
            "99999999999999999999", "+", " \t ", "\u00c2\u00a05\u00c2\u00a0", "\u00e2\u0080\u00835 6", "\0\u00ff"};
    private static final String[] KEYS = {"k", "", "a b", "ev.*", "ev.>", ">.x", "0123456789abcdef", "_", "lost",
            "lost,x,,_", "\u00ff\0"};
    private static final String[] TAGS = {"", "", "", "@7 ", "@", "@@ ", "@7+5 ", "@7+ ", "@+5 ", "@7+05 ",
            "@9007199254740991+9007199254740991 ", "@a+5 ", "@a.b-c_d ", "@" + "t".repeat(32) + " ",
            "@" + "t".repeat(33) + " "};

    @Test
    void piecesDecodeLikeTheWhole() {
        long until = System.nanoTime() + SECONDS * 1_000_000_000L;
        long seed = FIRST_SEED;
        long requests = 0;
        for (; System.nanoTime() < until; seed++) {
            requests += round(seed);
        }
        System.out.printf("%d rounds from seed %d, %d requests%n", seed - FIRST_SEED, FIRST_SEED, requests);
    }

    private static int round(long seed) {
        var random = new SplittableRandom(seed);
        var octets = damage(someRequests(random), random);
        try {
            var whole = Decoded.of(MAX_ARG_BYTES, octets);
            var pieces = Decoded.of(MAX_ARG_BYTES, octets, cuts(octets.length(), random));
            assertThat(pieces).isEqualTo(whole);
            checkLimits(whole, octets);
            checkRoundTrips(whole);
            return whole.requests().size();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", input <" + octets + ">", e);
        }
    }

    private static String someRequests(SplittableRandom random) {
        var octets = new StringBuilder();
        int count = 1 + random.nextInt(MAX_REQUESTS);
        for (int i = 0; i < count; i++) {
            octets.append(oneOf(TAGS, random)).append(oneOf(Verb.values(), random).word()).append('\n');
            octets.append(maybeLong(oneOf(KEYS, random), 250, random)).append('\n');
            octets.append(maybeLong(oneOf(ARGUMENTS, random), random.nextBoolean() ? 250 : 595, random)).append('\n');
        }
        return octets.toString();
    }

    /** Now and then a line that ends near a limit. */
    private static String maybeLong(String line, int near, SplittableRandom random) {
        return random.nextInt(20) > 0
                ? line
                : line + "x".repeat(near + random.nextInt(12) - Math.min(near, line.length()));
    }

    private static String damage(String octets, SplittableRandom random) {
        var damaged = new StringBuilder(octets);
        for (int i = random.nextInt(MAX_DAMAGES); i > 0 && damaged.length() > 0; i--) {
            int at = random.nextInt(damaged.length());
            switch (random.nextInt(6)) {
                case 0 -> damaged.setCharAt(at, (char) random.nextInt(256));
                case 1 -> damaged.insert(at, (char) random.nextInt(256));
                case 2 -> damaged.deleteCharAt(at);
                case 3 -> damaged.insert(at, "\r".repeat(1 + random.nextInt(3)));
                case 4 -> damaged.insert(at, "\n");
                default -> damaged.setLength(at);
            }
        }
        return damaged.toString();
    }

    private static int[] cuts(int length, SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            var all = new int[length];
            Arrays.setAll(all, i -> i);
            return all;
        }
        return random.ints(random.nextInt(MAX_CUTS), 0, length + 1).sorted().toArray();
    }

    private static void checkLimits(Decoded decoded, String octets) {
        int lineFeeds = (int) octets.chars().filter(octet -> octet == '\n').count();
        assertThat(decoded.requests().size()).isLessThanOrEqualTo(lineFeeds);
        if (!decoded.finished()) {
            assertThat(decoded.requests()).hasSize(lineFeeds / 3);
            int unfinished = octets.length() - endOfLine(octets, lineFeeds / 3 * 3);
            assertThat(decoded.insideRequest()).isEqualTo(unfinished > 0);
        }
        for (var request : decoded.withoutTags()) {
            assertThat(request.key().length()).isLessThanOrEqualTo(Limits.MAX_LINE_BYTES);
        }
    }

    private static int endOfLine(String octets, int lines) {
        int end = 0;
        for (int i = 0; i < lines; i++) {
            end = octets.indexOf('\n', end) + 1;
        }
        return end;
    }

    /** What was understood can be written and is understood the same way again. */
    private static void checkRoundTrips(Decoded decoded) {
        for (var tagged : decoded.requests()) {
            if (!(tagged.request() instanceof Request.Malformed)) {
                var out = new OctetBuffer(64);
                RequestEncoder.encode(tagged.request(), out);
                // The encoder always writes the time to live, which may take it past this decoder's limit.
                var again = Decoded.of(2 * MAX_ARG_BYTES, new String(out.toByteArray(), ISO_8859_1));
                assertThat(again.withoutTags()).containsExactly(tagged.request());
            }
        }
    }

    private static <T> T oneOf(T[] values, SplittableRandom random) {
        return values[random.nextInt(values.length)];
    }
}
