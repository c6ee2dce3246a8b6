package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueListTest {
    private final ValueList list = new ValueList("l", null);

    @ParameterizedTest
    @CsvSource({
            "9223372036854775807, -9223372036854775808",
            "9223372036854775807, 9223372036854775807",
            "-9223372036854775808, -9223372036854775808",
            "4, 2147483647",
            "0, -5"})
    void aRangeOutsideIsEmptyHoweverFarAway(long start, long stop) {
        "abcd".chars().forEach(letter -> list.push(End.RIGHT, Character.toString(letter), null));

        assertThat(list.count(start, stop)).isZero();
        assertThat(list.range(start, stop)).isEmpty();
        assertThat(list.textBytes(start, stop, Long.MAX_VALUE)).isZero();
    }

    @Test
    void itKnowsWhatItsTextsTake() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 2000; i++) {
            var end = random.nextBoolean() ? End.LEFT : End.RIGHT;
            if (list.isEmpty() || random.nextInt(5) > 1) {
                list.push(end, "x".repeat(1 + random.nextInt(20)), null);
            } else {
                list.pop(end);
            }
            long start = random.nextInt(-9, 9);
            long stop = random.nextInt(-9, 9);
            assertThat(list.textBytes(start, stop, Long.MAX_VALUE)).isEqualTo(bytes(start, stop));
            assertThat(list.textBytes()).isEqualTo(bytes(0, -1));
        }
    }

    @Test
    void measuringStopsWhereItIsTooMuch() {
        for (int i = 0; i < 100; i++) {
            list.push(End.RIGHT, "12345", null);
        }

        assertThat(list.textBytes(1, -1, 12)).isEqualTo(15);
    }

    private long bytes(long start, long stop) {
        return list.range(start, stop).stream().mapToLong(String::length).sum();
    }
}
