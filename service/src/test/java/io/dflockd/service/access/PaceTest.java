package io.dflockd.service.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Pace pace = new Pace();

    private int taken(int perSecond, boolean givesBack, long now, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += pace.mayGoOn(perSecond, givesBack, now) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aSecondsWorthMayComeAtOnceAndThenAsManyAsComeBack() {
        long now = -SECOND / 2; // the clock may begin anywhere
        assertThat(taken(10, false, now, 100)).isEqualTo(10);
        assertThat(taken(10, false, now + SECOND / 2, 100)).isEqualTo(5);
        assertThat(taken(10, false, now + SECOND / 2, 100)).isZero();
        assertThat(taken(10, false, now + 100 * SECOND, 100)).as("no more is saved up").isEqualTo(10);
    }

    @Test
    void whatGivesBackGoesOnWhereAllElseIsRefused() {
        assertThat(taken(10, false, 0, 100)).isEqualTo(10);
        assertThat(taken(10, true, 0, 100)).isEqualTo(10);
        assertThat(taken(10, true, 0, 100)).isZero();
        assertThat(taken(10, false, SECOND, 100)).as("that counts too").isZero();
        assertThat(taken(10, false, 2 * SECOND, 100)).isEqualTo(10);
    }

    @Test
    void aHigherLimitIsInForceAtOnce() {
        assertThat(taken(1, false, 0, 100)).isEqualTo(1);
        assertThat(taken(1000, false, SECOND / 2, 1000)).isEqualTo(500);
    }
}
