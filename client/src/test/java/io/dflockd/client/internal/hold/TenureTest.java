package io.dflockd.client.internal.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.error.LossReason;
import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.hold.Tenure.Farewell;
import io.dflockd.client.internal.hold.Tenure.State;
import io.dflockd.client.internal.hold.Tenure.Step;
import org.junit.jupiter.api.Test;

/** What becomes of a hold of ten seconds that was asked for at second 100. */
class TenureTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long SENT = 100 * SECOND;
    private static final long END = SENT + 8_995_000_000L;
    /** What whoever is told has for to stop, before the server is told. */
    private static final long MARGIN = SENT + 10 * SECOND - END;
    private static final long FOR_EVER = Nanos.FOREVER;
    private static final Step NOTHING = new Step.Nothing();

    private final Tenure tenure = new Tenure(new Margin(null), 10 * SECOND, 7, SENT);

    @Test
    void isValidUntilTheLeaseEndsLessTheMarginAndTheClocks() {
        assertThat(tenure.leftNanos(END - 1, FOR_EVER)).isEqualTo(1);
        assertThat(tenure.leftNanos(END, FOR_EVER)).isZero();
    }

    @Test
    void isValidNoLongerThanTheLinkProves() {
        assertThat(tenure.leftNanos(SENT, 3 * SECOND)).isEqualTo(3 * SECOND);
        assertThat(tenure.leftNanos(SENT, -1)).isZero();
    }

    @Test
    void renewalCountsFromWhenItWasSent() {
        var step = tenure.renewed(10 * SECOND, 7, SENT + 5 * SECOND, false);

        assertThat(step).isEqualTo(new Step.GoOn(false));
        assertThat(tenure.leftNanos(END, FOR_EVER)).isEqualTo(5 * SECOND);
    }

    @Test
    void lookBeforeTheEndIsRepeatedAndAtTheEndIsALoss() {
        assertThat(tenure.look(END - 5, FOR_EVER, true)).isEqualTo(new Step.LookAgain(5));
        assertThat(tenure.look(END, FOR_EVER, true))
                .isEqualTo(new Step.Lose(LossReason.EXPIRED, Farewell.OVER_LINK, MARGIN));
        assertThat(tenure.leftNanos(SENT, FOR_EVER)).isZero();
    }

    @Test
    void endWithoutAServerToTalkToIsALossOfTheConnection() {
        assertThat(tenure.look(END, FOR_EVER, false))
                .isEqualTo(new Step.Lose(LossReason.CONNECTION_LOST, Farewell.OVER_LINK, MARGIN));
    }

    @Test
    void lackOfProofIsALossOfTheConnectionHoweverLongTheLease() {
        assertThat(tenure.look(SENT, 0, true))
                .isEqualTo(new Step.Lose(LossReason.CONNECTION_LOST, Farewell.OVER_LINK, MARGIN));
    }

    @Test
    void endOfTheLinkIsALossWhereTheServerReleases() {
        assertThat(tenure.linkEnded(false)).isEqualTo(new Step.Lose(LossReason.CONNECTION_LOST, Farewell.NONE, 0));
    }

    @Test
    void holdThatTheServerKeepsIsAdriftUntilItIsRenewedOverAnotherLink() {
        assertThat(tenure.linkEnded(true)).isEqualTo(new Step.SeekLink(0));
        assertThat(tenure.state()).isEqualTo(State.ADRIFT);
        assertThat(tenure.leftNanos(SENT, FOR_EVER)).isPositive();

        assertThat(tenure.renewed(10 * SECOND, 7, SENT + SECOND, true)).isEqualTo(new Step.GoOn(true));
        assertThat(tenure.state()).isEqualTo(State.HELD);
    }

    @Test
    void failuresAreFollowedByLongerAndLongerPausesUntilARenewal() {
        assertThat(tenure.failed(0)).isEqualTo(new Step.RenewAgain(25_000_000L));
        assertThat(tenure.failed(0)).isEqualTo(new Step.RenewAgain(50_000_000L));
        for (int i = 0; i < 10; i++) {
            var unused = tenure.failed(0);
        }
        assertThat(tenure.failed(0.5)).isEqualTo(new Step.RenewAgain(750_000_000L));

        var unused = tenure.renewed(10 * SECOND, 7, SENT, false);
        assertThat(tenure.failed(0)).isEqualTo(new Step.RenewAgain(25_000_000L));
    }

    @Test
    void failureWhileAdriftSeeksAnotherLink() {
        var unused = tenure.linkEnded(true);

        assertThat(tenure.failed(0)).isEqualTo(new Step.SeekLink(25_000_000L));
    }

    @Test
    void serversNoIsAnExpiryARevocationOrWhileAdriftALossOfTheConnection() {
        assertThat(new Tenure(new Margin(null), SECOND, 7, SENT).gone(true))
                .isEqualTo(new Step.Lose(LossReason.EXPIRED, Farewell.OVER_LINK, 0));
        assertThat(new Tenure(new Margin(null), SECOND, 7, SENT).gone(false))
                .isEqualTo(new Step.Lose(LossReason.REVOKED, Farewell.OVER_LINK, 0));
        var unused = tenure.linkEnded(true);
        assertThat(tenure.gone(false)).isEqualTo(new Step.Lose(LossReason.CONNECTION_LOST, Farewell.NONE, 0));
    }

    @Test
    void reasonIsKnownFromTheMomentOfTheLossOn() {
        assertThat(tenure.lossReason()).isEqualTo(LossReason.CONNECTION_LOST);

        tenure.ended(false);
        tenure.clientClosed();

        assertThat(tenure.lossReason()).isEqualTo(LossReason.REVOKED);
    }

    @Test
    void lossThatTheServerTellsOfNeedsNoRelease() {
        assertThat(tenure.ended(false)).isEqualTo(new Step.Lose(LossReason.REVOKED, Farewell.NONE, 0));
    }

    @Test
    void lossComesFirstSoAReleaseAfterItIsNone() {
        var unused = tenure.look(END, FOR_EVER, true);

        assertThat(tenure.release()).isEqualTo(NOTHING);
        assertThat(tenure.state()).isEqualTo(State.LOST);
    }

    @Test
    void releaseComesFirstSoNothingIsLostAfterIt() {
        assertThat(tenure.release()).isEqualTo(new Step.GiveBack(Farewell.OVER_LINK));

        assertThat(tenure.look(END, 0, false)).isEqualTo(NOTHING);
        assertThat(tenure.gone(true)).isEqualTo(NOTHING);
        assertThat(tenure.ended(true)).isEqualTo(NOTHING);
        assertThat(tenure.linkEnded(false)).isEqualTo(NOTHING);
        assertThat(tenure.clientClosed()).isEqualTo(NOTHING);
        assertThat(tenure.failed(0)).isEqualTo(NOTHING);
        assertThat(tenure.renewed(SECOND, 7, END, false)).isEqualTo(new Step.TooLate());
        assertThat(tenure.state()).isEqualTo(State.RELEASED);
    }

    @Test
    void adriftHoldIsGivenBackOverAnotherLink() {
        var unused = tenure.linkEnded(true);

        assertThat(tenure.clientClosed())
                .isEqualTo(new Step.Lose(LossReason.CLIENT_CLOSED, Farewell.OVER_ANOTHER, 0));
    }
}
