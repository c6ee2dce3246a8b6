package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogClockTest {
    private static final long MS = 1_000_000;

    private long nanos = Long.MAX_VALUE - 5 * MS; // nanoTime may overflow
    private final LogClock clock = new LogClock(() -> nanos);

    @Test
    void aTermBeginsWhereTheLastOneEndedAndStandsStillAWhile() {
        clock.start(1_000);

        assertThat(clock.nowMs()).isEqualTo(1_000);
        pass(1_999);
        assertThat(clock.nowMs()).isEqualTo(1_000);
        pass(2);
        assertThat(clock.nowMs()).isEqualTo(1_001);
        pass(5_000);
        assertThat(clock.nowMs()).isEqualTo(6_001);
    }

    @Test
    void anotherTermHoldsBackAnew() {
        clock.start(1_000);
        pass(3_000);
        assertThat(clock.nowMs()).isEqualTo(2_000);

        pass(60_000); // another led, whose time had come to 2,500
        clock.start(2_500);

        assertThat(clock.nowMs()).isEqualTo(2_500);
        pass(2_010);
        assertThat(clock.nowMs()).isEqualTo(2_510);
    }

    @Test
    void itNeverGoesBack() {
        clock.start(0);
        pass(3_000);
        assertThat(clock.nowMs()).isEqualTo(1_000);

        pass(-500);

        assertThat(clock.nowMs()).isEqualTo(1_000);
        pass(600);
        assertThat(clock.nowMs()).isEqualTo(1_100);
    }

    @Test
    void itIsNeverFasterThanRealTime() {
        var random = new SplittableRandom(3);
        long real = 0;
        clock.start(0);
        for (int i = 0; i < 10_000; i++) {
            long step = random.nextLong(50);
            pass(step);
            real += step;
            assertThat(clock.nowMs()).isLessThanOrEqualTo(real);
            if (random.nextInt(1_000) == 0) {
                clock.start(clock.nowMs());
            }
        }
    }

    @Test
    void itKnowsHowLongSomethingTakes() {
        clock.start(1_000);

        assertThat(clock.nanosUntil(900)).isZero();
        assertThat(clock.nanosUntil(1_000)).isZero();
        assertThat(clock.nanosUntil(1_010)).isEqualTo(2_010 * MS);
        pass(2_005);
        assertThat(clock.nanosUntil(1_010)).isEqualTo(5 * MS);
        pass(5);
        assertThat(clock.nanosUntil(1_010)).isZero();
        assertThat(clock.nowMs()).isEqualTo(1_010);
        assertThat(clock.nanosUntil(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    private void pass(long ms) {
        nanos += ms * MS;
    }
}
