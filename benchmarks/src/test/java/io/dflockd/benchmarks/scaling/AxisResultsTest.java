package io.dflockd.benchmarks.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.benchmarks.scaling.AxisResults.Spread;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class AxisResultsTest {
    private final AxisResults results = MadeUp.results();

    @Test
    void seriesComeInTheOrderOfMeasurementAndNumbersInThatOfTheirSize() {
        assertThat(results.series()).containsExactly(MadeUp.FLAT, MadeUp.GROWING);
        assertThat(results.counts()).containsExactly(1, 10, 100, 1000);
    }

    @Test
    void aSpreadIsThatOfTheRoundsAtOneNumber() {
        assertThat(results.spread(MadeUp.GROWING, 100, Reading::cpuMicros)).isEqualTo(new Spread(4, 5, 6));
    }

    @Test
    void theMedianOfAnEvenNumberOfValuesLiesBetweenTheMiddleTwo() {
        assertThat(Spread.of(DoubleStream.of(9, 1, 2, 4))).isEqualTo(new Spread(1, 3, 9));
    }

    @Test
    void whatWasNeverMeasuredHasNoSpread() {
        assertThatThrownBy(() -> results.spread(MadeUp.FLAT, 7, Reading::rate))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theMemoryOfEachIsTheGrowthDividedByTheirNumber() {
        assertThat(results.each(100, Memory::residentBytes).median()).isEqualTo(300);
        assertThat(results.each(100, Memory::liveBytes).median()).isEqualTo(200);
    }
}
