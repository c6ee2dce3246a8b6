package io.dflockd.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.session.SessionState.Arrival;
import io.dflockd.client.internal.session.SessionState.Look;
import io.dflockd.protocol.Reply;
import org.junit.jupiter.api.Test;

/** Where a session with a grace of 12 s stands, and what that proves. */
class SessionStateTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MS = 1_000_000L;
    private static final Margin MARGIN = new Margin(null);
    private static final long USABLE = 12 * SECOND - 1_200 * MS - 6 * MS;

    private boolean isCluster;
    private final SessionState state = new SessionState(2_500 * MS, 12, () -> isCluster, 0);

    @Test
    void beginsWhereTheServerSaysNew() {
        assertThat(state.arrival(anew(), true)).isEqualTo(new Arrival.Begun(false));
        assertThat(state.up(anew(), SECOND)).isTrue();

        assertThat(state.isUp()).isTrue();
        assertThat(state.isKnown()).isTrue();
    }

    @Test
    void newForAKnownSessionMeansThatItIsLost() {
        up(SECOND);

        assertThat(state.arrival(anew(), true)).isEqualTo(new Arrival.Begun(true));
    }

    @Test
    void resumptionOfWhatCannotBeIsImpossible() {
        assertThat(state.arrival(resumed(), true)).isEqualTo(new Arrival.Impossible());
        up(SECOND);
        assertThat(state.arrival(resumed(), false)).isEqualTo(new Arrival.Impossible());
        assertThat(state.arrival(resumed(), true)).isEqualTo(new Arrival.Resumed());
    }

    @Test
    void keepsForTheGrantedGraceFromWhenTheSessionWasAskedFor() {
        var unused = state.up(new Reply.Session(false, 4, 0), 10 * SECOND);

        assertThat(state.graceNanos()).isEqualTo(4 * SECOND);
        assertThat(state.keptNanos(MARGIN, 11 * SECOND)).isEqualTo(3 * SECOND - 400 * MS - 2 * MS);
    }

    @Test
    void noLaterSessionChangesTheGrace() {
        up(SECOND);
        var unused = state.down(2 * SECOND) && state.up(new Reply.Session(true, 600, 0), 3 * SECOND);

        assertThat(state.graceNanos()).isEqualTo(12 * SECOND);
    }

    @Test
    void proofNeverMovesBack() {
        up(0);
        state.proved(5 * SECOND);
        state.proved(2 * SECOND);

        assertThat(state.keptNanos(MARGIN, 5 * SECOND)).isEqualTo(USABLE);
    }

    @Test
    void lastProofStandsWhileThereIsNoConnection() {
        up(0);
        state.proved(5 * SECOND);

        assertThat(state.down(9 * SECOND)).isTrue();

        assertThat(state.keptNanos(MARGIN, 9 * SECOND)).isEqualTo(USABLE - 4 * SECOND);
    }

    @Test
    void serverThatKeepsHoldsBoundsNothing() {
        up(0);
        state.greeted(true);

        assertThat(state.keptNanos(MARGIN, 3_600 * SECOND)).isEqualTo(Nanos.FOREVER);
    }

    @Test
    void asksForASignOfLifeAfterAThirdOfTheGraceWhileSomethingIsHeld() {
        up(0);

        assertThat(state.look(3 * SECOND, null, null, true)).isEqualTo(new Look.LookAgain(SECOND));
        assertThat(state.look(4 * SECOND, null, null, true)).isEqualTo(new Look.Ping());
        assertThat(state.look(4 * SECOND, null, null, false)).isEqualTo(new Look.Rest());

        state.wrotePrompt(4 * SECOND);
        assertThat(state.look(5 * SECOND, null, null, true)).isEqualTo(new Look.LookAgain(3 * SECOND));
    }

    @Test
    void givesAConnectionUpThatOwesAPromptAnswer() {
        up(0);

        assertThat(state.look(SECOND, 0L, null, true)).isEqualTo(new Look.LookAgain(1_500 * MS));
        assertThat(state.look(2_500 * MS, 0L, null, true)).isEqualTo(new Look.GiveUp());
    }

    @Test
    void hasLessPatienceWhereTheGraceIsShortAndSomethingIsHeld() {
        var unused = state.up(new Reply.Session(false, 2, 0), 0);

        assertThat(state.look(500 * MS, 0L, null, true)).isEqualTo(new Look.GiveUp());
        assertThat(state.look(500 * MS, 0L, null, false)).isEqualTo(new Look.LookAgain(2 * SECOND));
    }

    @Test
    void hasLessPatienceWithANodeOfAClusterAsOthersMayServeMeanwhile() {
        isCluster = true;
        up(0);

        assertThat(state.look(700 * MS, 0L, null, true)).isEqualTo(new Look.LookAgain(50 * MS));
        assertThat(state.look(750 * MS, 0L, null, false)).isEqualTo(new Look.GiveUp());
        assertThat(state.joinNanos()).as("for a node that waits for a leader").isEqualTo(2_500 * MS);
    }

    @Test
    void hasMorePatienceWithTheNextNodeUntilOneAnswersInGoodTime() {
        isCluster = true;
        up(0);
        state.gaveUp();

        assertThat(state.look(0, 0L, null, true)).isEqualTo(new Look.LookAgain(1_500 * MS));
        state.gaveUp();
        state.gaveUp();
        assertThat(state.look(0, 0L, null, true)).isEqualTo(new Look.LookAgain(2_500 * MS));
        state.heard(800 * MS);
        state.proved(0);
        assertThat(state.look(800 * MS, 800 * MS, null, true)).isEqualTo(new Look.LookAgain(2_500 * MS));
        state.heard(SECOND);
        state.proved(900 * MS);
        assertThat(state.look(SECOND, SECOND, null, true)).isEqualTo(new Look.LookAgain(750 * MS));
    }

    @Test
    void serverWhoseAnswersAreBeingReadIsNotSilentHoweverFarBehindTheReaderIs() {
        up(0);
        state.heard(2 * SECOND);

        assertThat(state.look(2_500 * MS, 0L, null, true)).isEqualTo(new Look.LookAgain(2 * SECOND));
        assertThat(state.look(4_500 * MS, 0L, null, true)).isEqualTo(new Look.GiveUp());
    }

    @Test
    void givesAConnectionUpThatOwesAnAnswerSinceAWaitIsOver() {
        up(0);

        assertThat(state.look(SECOND, null, 60 * SECOND, false)).isEqualTo(new Look.LookAgain(61_500 * MS));
        assertThat(state.look(62_499 * MS, null, 60 * SECOND, false)).isEqualTo(new Look.LookAgain(MS));
        assertThat(state.look(62_500 * MS, null, 60 * SECOND, false)).isEqualTo(new Look.GiveUp());
    }

    @Test
    void waitIsNoReasonToLeaveOutAPingWhetherItIsOverOrNot() {
        up(0);

        assertThat(state.look(4 * SECOND, null, 60 * SECOND, true)).isEqualTo(new Look.Ping());
        assertThat(state.look(4 * SECOND, null, 4 * SECOND - 1, true)).isEqualTo(new Look.Ping());
        assertThat(state.look(4 * SECOND, 4 * SECOND - 1, 60 * SECOND, true))
                .isEqualTo(new Look.LookAgain(2_500 * MS - 1));
    }

    @Test
    void waitThatNeverEndsIsNotLookedAt() {
        up(0);

        assertThat(state.look(0, null, Nanos.FOREVER, false)).isEqualTo(new Look.Rest());
        assertThat(state.look(SECOND, null, Nanos.FOREVER, true)).isEqualTo(new Look.LookAgain(3 * SECOND));
    }

    @Test
    void looksAcrossTheEndOfTheClocksRange() {
        long last = Long.MAX_VALUE;
        up(last - SECOND);

        assertThat(state.look(last, null, last + SECOND, false)).isEqualTo(new Look.LookAgain(3_500 * MS));
        assertThat(state.look(last + 4 * SECOND, null, last + SECOND, false)).isEqualTo(new Look.GiveUp());
    }

    @Test
    void triesToConnectMoreOftenWhileThereIsSomethingToBeSaved() {
        assertThat(state.attemptNanos(0, 10 * SECOND)).isEqualTo(10 * SECOND);
        up(0);
        assertThat(state.attemptNanos(SECOND, 10 * SECOND)).isEqualTo(2_500 * MS);
        assertThat(state.attemptNanos(12 * SECOND, 10 * SECOND)).isEqualTo(10 * SECOND);
    }

    @Test
    void nothingIsLookedAfterWithoutAConnection() {
        up(0);
        var unused = state.down(SECOND);

        assertThat(state.look(20 * SECOND, 0L, null, true)).isEqualTo(new Look.Rest());
        assertThat(state.down(SECOND)).isFalse();
    }

    @Test
    void closedSessionComesUpNoMore() {
        assertThat(state.close()).isTrue();

        assertThat(state.close()).isFalse();
        assertThat(state.up(anew(), 0)).isFalse();
        assertThat(state.isUp()).isFalse();
    }

    private void up(long askedAt) {
        assertThat(state.up(anew(), askedAt)).isTrue();
    }

    private static Reply.Session anew() {
        return new Reply.Session(false, 12, 0);
    }

    private static Reply.Session resumed() {
        return new Reply.Session(true, 12, 0);
    }
}
