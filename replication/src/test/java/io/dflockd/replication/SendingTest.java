package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SendingTest {
    private static final long BEGIN = Long.MAX_VALUE - 1_000;
    private static final int KEPT = 200;
    private static final long DISTANCE = Duration.ofMillis(10).toNanos();
    private static final long OVER = Duration.ofSeconds(30).toNanos();

    private final Sending sending = new Sending(BEGIN, KEPT);

    @Test
    void partsThatAreAskedForAtOnceGoOneAfterTheOther() {
        assertThat(LongStream.range(0, 4).map(i -> sending.take(BEGIN)))
                .containsExactly(0L, DISTANCE, 2 * DISTANCE, 3 * DISTANCE);
    }

    /** Ratis has a part in memory for two seconds. */
    @Test
    void noMoreAreKeptThanMayBe() {
        long last = LongStream.range(0, KEPT + 1).map(i -> sending.take(BEGIN)).max().orElseThrow();

        assertThat(last).isEqualTo(Duration.ofSeconds(2).toNanos());
    }

    @Test
    void whoeverAsksLaterWaitsForLess() {
        sending.take(BEGIN);

        assertThat(sending.take(BEGIN + DISTANCE / 4)).isEqualTo(DISTANCE - DISTANCE / 4);
        assertThat(sending.take(BEGIN + 2 * DISTANCE)).isZero();
    }

    @Test
    void aPauseIsNotMadeUpFor() {
        sending.take(BEGIN);
        long later = BEGIN + 100 * DISTANCE;

        assertThat(sending.take(later)).isZero();
        assertThat(sending.take(later)).isEqualTo(DISTANCE);
    }

    @Test
    void theLogBehindTheFirstThatIsBeingSentIsNeeded() {
        sending.take(BEGIN);
        assertThat(sending.index(BEGIN)).as("nobody has taken a part").isEqualTo(Long.MAX_VALUE);

        sending.answered(7, BEGIN);
        sending.answered(9, BEGIN);
        assertThat(sending.index(BEGIN + OVER)).isEqualTo(7);

        assertThat(sending.index(BEGIN + OVER + 1)).as("nobody takes any more").isEqualTo(Long.MAX_VALUE);
        sending.answered(9, BEGIN + OVER + 1);
        assertThat(sending.index(BEGIN + OVER + 1)).isEqualTo(9);
    }

    @Test
    void aFollowerThatNeverTakesOneWholeKeepsTheLogForSomeTimeOnly() {
        long minute = Duration.ofMinutes(1).toNanos();
        for (long at = BEGIN; at - BEGIN <= 2 * minute; at += OVER) {
            sending.answered(7 + at - BEGIN, at);
            assertThat(sending.index(at)).isEqualTo(7);
        }
        long later = BEGIN + 2 * minute + 1;
        sending.answered(8, later);

        assertThat(sending.index(later)).isEqualTo(8);
    }
}
