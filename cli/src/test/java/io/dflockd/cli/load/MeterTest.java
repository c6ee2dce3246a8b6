package io.dflockd.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MeterTest {
    @Test
    void onlyTheMeasuredTimeCounts() {
        var meter = new Meter(0);

        meter.done(0, 1);
        meter.measure();
        meter.done(1, 2);
        meter.end();
        meter.done(2, 3);

        assertThat(meter.interval().getTotalCount()).isEqualTo(1);
        assertThat(meter.interval().getTotalCount()).as("the next interval").isZero();
    }

    @Test
    void lastWantedOperationEndsTheRunAndNoMoreAreCounted() {
        var meter = new Meter(2);
        meter.measure();

        meter.done(0, 1);
        assertThat(meter.isRunning()).isTrue();
        meter.done(0, 1);
        meter.done(0, 1);

        assertThat(meter.isRunning()).isFalse();
        assertThat(meter.interval().getTotalCount()).isEqualTo(2);
    }

    @Test
    void operationThatCouldNotBeginInTimeIsTimedFromWhenItWasDue() throws Exception {
        var pace = new Pace(new Meter(0), 1_000, 0, 1);
        long first = pace.next();

        TimeUnit.MILLISECONDS.sleep(20); // an operation that takes long

        assertThat(pace.next() - first).isBetween(TimeUnit.MICROSECONDS.toNanos(900), 1_100_000L);
        assertThat(pace.next() - first).isBetween(1_900_000L, 2_100_000L);
    }

    @Test
    void workersTakeTurns() {
        var meter = new Meter(0);
        var first = new Pace(meter, 100, 0, 2);
        var second = new Pace(meter, 100, 1, 2);
        long start = System.nanoTime();

        first.next();
        second.next();

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(10_000_000L);
    }

    @Test
    void stampsAreReadAsTheyWereWritten() {
        for (long number : new long[]{0, 1, Long.MAX_VALUE, -1, 1234567890123456789L}) {
            var text = "head " + Stamp.of(number, new char[Stamp.LETTERS + 1]);

            assertThat(Stamp.read(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 5)).isEqualTo(number);
        }
    }
}
