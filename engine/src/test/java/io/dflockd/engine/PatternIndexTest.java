package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternIndexTest {
    private static final List<String> TOKENS = List.of("a", "b", "", "*");

    private final Footprint footprint = new Footprint(1 << 30, new Tally());
    private final PatternIndex<Subscribers> index = new PatternIndex<>(Subscribers::new, footprint);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void findsWhatMatchesByTheDefinition(long seed) {
        var random = new SplittableRandom(seed);
        var model = new TreeMap<String, String>();
        for (int i = 0; i < 2_000; i++) {
            var pattern = tokens(random) + (random.nextInt(4) == 0 ? ".>" : "");
            if (random.nextBoolean()) {
                assertThat(index.open(pattern).pattern).isEqualTo(pattern);
                model.put(pattern, pattern);
            } else {
                index.remove(pattern);
                model.remove(pattern);
            }
            var name = tokens(random);
            assertThat(matches(name))
                    .containsExactlyInAnyOrderElementsOf(model.keySet()
                            .stream()
                            .filter(PatternIndex::hasWildcard)
                            .filter(each -> CopiesMatchSubscriptions.matches(each, name))
                            .toList());
            var found = index.find(name);
            assertThat(found == null ? null : found.pattern).isEqualTo(model.get(name));
            assertThat(index.isEmpty()).isEqualTo(model.isEmpty());
        }
        var all = new TreeMap<String, String>();
        index.forEach((pattern, found) -> all.put(pattern, found.pattern));
        assertThat(all).isEqualTo(model);
    }

    @Test
    void aNameOfManyTokensIsFollowedWithoutRecursion() {
        var name = "x" + ".x".repeat(100_000);
        var pattern = "x" + ".x".repeat(99_999) + ".*";
        index.open(pattern);
        index.open(">");

        var found = matches(name);
        index.remove(pattern);

        assertThat(found).containsExactlyInAnyOrder(">", pattern);
        assertThat(index.find(pattern)).isNull();
    }

    @Test
    void aNameThatLooksLikeAPatternIsFollowedOneWay() {
        var name = "*" + ".*".repeat(60);
        index.open(name);

        assertThat(matches(name)).containsExactly(name);
    }

    @Test
    void aPatternThatEndsOtherwiseIsNotLookedAt() {
        allCombinations("z");

        assertThat(matches("a" + ".a".repeat(13) + ".y")).isEmpty();

        assertThat(index.visited()).isZero();
    }

    @Test
    void manyPatternsThatDoNotMatchAreLookedAtOnce() {
        allCombinations("differs.z");
        var name = "a" + ".a".repeat(13) + ".otherwise.z";

        assertThat(matches(name)).isEmpty();
        long first = index.visited();
        assertThat(matches(name)).isEmpty();

        assertThat(first).isLessThanOrEqualTo(1L << 15);
        assertThat(index.visited()).isEqualTo(first);
    }

    /** All of {@code *} and {@code a} over 14 tokens, with this behind them. */
    private void allCombinations(String end) {
        for (int bits = 0; bits < 1 << 14; bits++) {
            var pattern = new StringBuilder();
            for (int token = 0; token < 14; token++) {
                pattern.append((bits >> token & 1) == 0 ? "a." : "*.");
            }
            index.open(pattern + end);
        }
    }

    private List<String> matches(String name) {
        return index.wildcardMatches(name).stream().map(match -> match.pattern).toList();
    }

    private static String tokens(SplittableRandom random) {
        var tokens = new ArrayList<String>();
        for (int length = 1 + random.nextInt(4); length > 0; length--) {
            tokens.add(TOKENS.get(random.nextInt(TOKENS.size())));
        }
        return String.join(".", tokens);
    }
}
