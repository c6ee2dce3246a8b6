package io.dflockd.client.internal.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When many leases are renewed. */
class RenewalsTest {
    private static final Duration SLICE = Duration.ofMillis(100);
    private static final long SECOND = 1_000_000_000L;

    private final ManualTime time = new ManualTime();
    private final Renewals renewals = new Renewals(time);
    private final List<Long> ran = new ArrayList<>();

    @Test
    void renewalRunsInTheSliceOfItsTimeAndNeverLater() {
        long due = plan(7 * SECOND, 15 * SECOND);

        time.advance(Duration.ofSeconds(20));

        assertThat(ran).hasSize(1);
        assertThat(ran.get(0)).isBetween(due - SLICE.toNanos(), due);
    }

    @Test
    void renewalIsPunctualAlsoAfterALongTimeWithoutAny() {
        time.advance(Duration.ofHours(1));
        long due = plan(7 * SECOND, 15 * SECOND);
        time.advance(Duration.ofSeconds(14));
        assertThat(ran).isEmpty();
        long second = plan(7 * SECOND, 15 * SECOND);

        time.advance(Duration.ofSeconds(16));

        assertThat(ran).hasSize(2);
        assertThat(ran.get(0)).isBetween(due - SLICE.toNanos(), due);
        assertThat(ran.get(1)).isBetween(second - SLICE.toNanos(), second);
    }

    @Test
    void cancelledRenewalDoesNotRunAndTheOthersDo() {
        var first = entry();
        var second = entry();
        var third = entry();
        for (var entry : List.of(first, second, third)) {
            renewals.plan(entry, time.nanoTime() + SECOND, time.nanoTime() + SECOND);
        }

        renewals.cancel(first);
        renewals.cancel(first);
        time.advance(Duration.ofSeconds(2));

        assertThat(ran).hasSize(2);
    }

    @Test
    void renewalThatFailsKeepsNoOtherFromRunning() {
        for (int i = 0; i < 3; i++) {
            renewals.plan(entry(), time.nanoTime() + SECOND, time.nanoTime() + SECOND);
            renewals.plan(new Renewals.Entry(() -> {
                throw new IllegalStateException("as a bug would");
            }), time.nanoTime() + SECOND, time.nanoTime() + SECOND);
        }

        time.advance(Duration.ofSeconds(2));

        assertThat(ran).hasSize(3);
    }

    @Test
    void plannedAnewItRunsOnce() {
        var entry = entry();
        renewals.plan(entry, time.nanoTime() + SECOND, time.nanoTime() + SECOND);
        renewals.plan(entry, time.nanoTime() + 2 * SECOND, time.nanoTime() + 3 * SECOND);

        time.advance(Duration.ofSeconds(2));
        assertThat(ran).isEmpty();
        time.advance(Duration.ofSeconds(2));

        assertThat(ran).hasSize(1);
    }

    @Test
    void leasesAcquiredTogetherAreNotRenewedTogether() {
        for (int i = 0; i < 20_000; i++) {
            again(new Renewals.Entry[1]);
        }

        var sizes = new ArrayList<Integer>();
        for (int second = 0; second < 60; second++) {
            int before = ran.size();
            time.advance(Duration.ofSeconds(1));
            sizes.add(ran.size() - before);
        }

        var settled = sizes.subList(30, 60);
        assertThat(Collections.max(settled)).as("renewals of each second: %s", sizes).isLessThan(3_000);
        assertThat(Collections.max(sizes)).as("renewals of each second: %s", sizes).isLessThan(4_000);
        assertThat(ran.size()).isBetween(60_000, 130_000);
    }

    @Test
    void afterAPauseTheyLeaveInBursts() {
        for (int i = 0; i < 20_000; i++) {
            renewals.plan(entry(), time.nanoTime() + SECOND, time.nanoTime() + 2 * SECOND);
        }

        time.pause(Duration.ofSeconds(10));
        time.advanceToNextAlarm();
        int first = ran.size();
        time.advance(SLICE);

        assertThat(first).isBetween(1_000, 10_000);
        assertThat(ran).hasSize(20_000);
    }

    private Renewals.Entry entry() {
        return new Renewals.Entry(() -> {
            ran.add(time.nanoTime());
            return null;
        });
    }

    private long plan(long earliest, long latest) {
        renewals.plan(entry(), time.nanoTime() + earliest, time.nanoTime() + latest);
        return time.nanoTime() + latest;
    }

    /** Plans a lease that is renewed again and again, as a default one is. */
    private void again(Renewals.Entry[] self) {
        if (self[0] == null) {
            self[0] = new Renewals.Entry(() -> {
                ran.add(time.nanoTime());
                again(self);
                return null;
            });
        }
        renewals.plan(self[0], time.nanoTime() + 15 * SECOND / 2, time.nanoTime() + 15 * SECOND);
    }
}
