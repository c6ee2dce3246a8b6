package io.dflockd.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExclusionTest {
    private final Exclusion exclusion = new Exclusion(30);

    @Test
    void grantToAnotherConnectionIsAHandOver() {
        assertThat(held(1, 10)).isFalse();
        assertThat(held(1, 11)).isFalse();
        assertThat(held(2, 12)).isTrue();
        assertThat(exclusion.violations()).isZero();
    }

    @Test
    void twoHoldersAtOnceAreAViolation() {
        exclusion.enter(hold(1, 10));

        exclusion.enter(hold(2, 11));

        assertThat(exclusion.violations()).isEqualTo(1);
        assertThat(exclusion.first()).isEqualTo("connections 1 and 2 held the lock at once");
    }

    @Test
    void holdWhoseLeaseMayBeOverProvesNothing() {
        exclusion.enter(new Exclusion.Hold(1, System.nanoTime() - TimeUnit.SECONDS.toNanos(30), 10));

        exclusion.enter(hold(2, 11));

        assertThat(exclusion.violations()).isZero();
    }

    @Test
    void fenceThatDoesNotRiseIsAViolationUnlessTheServerSendsNone() {
        held(1, 10);
        held(2, 10);
        assertThat(exclusion.first()).isEqualTo("fence 10 was granted after 10");

        held(1, 0);
        held(2, 0);
        assertThat(exclusion.violations()).isEqualTo(1);
    }

    private boolean held(int connection, long fence) {
        var hold = hold(connection, fence);
        boolean handedOver = exclusion.enter(hold);
        exclusion.leave(hold);
        return handedOver;
    }

    private static Exclusion.Hold hold(int connection, long fence) {
        return new Exclusion.Hold(connection, System.nanoTime(), fence);
    }
}
