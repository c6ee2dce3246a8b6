package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SendingTest {
    private static final long BEGIN = Long.MAX_VALUE - 1_000;
    private static final long DISTANCE = Sending.ANSWER.toNanos() * Sending.UNDER_WAY / Sending.KEPT;
    private static final long OVER = 3 * Sending.ANSWER.toNanos();

    private final Sending sending = new Sending(BEGIN);

    @Test
    void partsThatAreAskedForAtOnceGoOneAfterTheOther() {
        assertThat(LongStream.range(0, 4).map(i -> sending.take(7, BEGIN)))
                .containsExactly(0L, DISTANCE, 2 * DISTANCE, 3 * DISTANCE);
    }

    @Test
    void whoeverAsksLaterWaitsForLess() {
        sending.take(7, BEGIN);

        assertThat(sending.take(7, BEGIN + DISTANCE / 4)).isEqualTo(DISTANCE - DISTANCE / 4);
        assertThat(sending.take(7, BEGIN + 2 * DISTANCE)).isZero();
    }

    @Test
    void aPauseIsNotMadeUpFor() {
        sending.take(7, BEGIN);
        long later = BEGIN + 100 * DISTANCE;

        assertThat(sending.take(7, later)).isZero();
        assertThat(sending.take(7, later)).isEqualTo(DISTANCE);
    }

    @Test
    void theLogBehindTheOldestThatIsBeingSentIsNeeded() {
        assertThat(sending.index(BEGIN)).isEqualTo(Long.MAX_VALUE);

        sending.take(7, BEGIN);
        sending.take(9, BEGIN);
        assertThat(sending.index(BEGIN + OVER)).isEqualTo(7);

        assertThat(sending.index(BEGIN + 2 * DISTANCE + OVER)).as("nobody asks any more").isEqualTo(Long.MAX_VALUE);
        sending.take(9, BEGIN + 2 * DISTANCE + OVER);
        assertThat(sending.index(BEGIN + 2 * DISTANCE + OVER)).isEqualTo(9);
    }

    @Test
    void aFollowerThatNeverTakesOneWholeKeepsTheLogForSomeTimeOnly() {
        long minute = Duration.ofMinutes(1).toNanos();
        for (long at = BEGIN; at - BEGIN <= 2 * minute; at += OVER) {
            sending.take(7 + at - BEGIN, at);
            assertThat(sending.index(at)).isEqualTo(7);
        }
        long later = BEGIN + 2 * minute + 1;
        sending.take(8, later);

        assertThat(sending.index(later)).isEqualTo(8);
    }
}
