package io.dflockd.cli.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseWatchTest {
    private static final long MARGIN = 1_000_000_000L;

    private final LeaseWatch watch = new LeaseWatch(MARGIN, 0);

    @Test
    void leaseWhoseTimeIsOverIsLostAtOnceAfterWaking() {
        assertThat(watch.isLost(0, 4 * MARGIN)).isFalse();

        assertThat(watch.isLost(10 * MARGIN, 0)).isTrue();
        assertThat(watch.graceNanos(10 * MARGIN)).isLessThan(MARGIN / 5);
    }

    @Test
    void leaseWithABrokenConnectionHasTheMarginToProveItself() {
        assertThat(watch.isLost(0, 20 * MARGIN)).isFalse();

        assertThat(watch.isLost(5 * MARGIN, 0)).isFalse();
        assertThat(watch.isLost(6 * MARGIN - 1, 0)).isFalse();
        assertThat(watch.isLost(6 * MARGIN, 0)).isTrue();
        assertThat(watch.graceNanos(6 * MARGIN)).isEqualTo(MARGIN / 2);
    }

    @Test
    void leaseThatIsProvedAgainIsNotLost() {
        assertThat(watch.isLost(0, 20 * MARGIN)).isFalse();
        assertThat(watch.isLost(5 * MARGIN, 0)).isFalse();

        assertThat(watch.isLost(5 * MARGIN + 1, 20 * MARGIN)).isFalse();
        assertThat(watch.isLost(7 * MARGIN, 0)).isFalse();
    }
}
