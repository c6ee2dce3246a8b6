package io.dflockd.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.internal.Meter;
import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.util.List;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private static final Request PROMPT = new Request.GetCounter("c");
    private static final Request WAIT = new Request.BlockingPop(Verb.BLPOP, "q", 1_000);
    private static final Request RENEW = new Request.Renew(Verb.RENEW, "k", "t", 0, DurationForm.SECONDS);

    private final InFlight inFlight = new InFlight(new Meter());

    @Test
    void numbersAreGivenInOrderWhenRequestsAreWritten() {
        var first = add(PROMPT);
        var withdrawn = add(PROMPT);
        var second = add(PROMPT);
        inFlight.withdraw(withdrawn);

        assertThat(inFlight.next(0, 5)).isSameAs(first);
        assertThat(inFlight.next(0, 5)).isSameAs(second);
        assertThat(inFlight.next(0, 5)).isNull();
        assertThat(List.of(first.number, second.number)).containsExactly(1L, 2L);
    }

    @Test
    void windowMovesWithWhatWasReceived() {
        inFlight.setWindow(2);
        add(PROMPT);
        add(PROMPT);
        add(PROMPT);
        inFlight.next(0, 5);
        inFlight.next(0, 5);

        assertThat(inFlight.next(0, 5)).isNull();
        assertThat(inFlight.next(1, 5)).isNotNull();
    }

    @Test
    void waitsHaveHalfOfTheWindowAndSomeIsKeptForRenewals() {
        inFlight.setWindow(16);
        for (int i = 0; i < 8; i++) {
            assertThat(inFlight.hasRoomFor(WAIT)).isTrue();
            add(WAIT);
        }
        assertThat(inFlight.hasRoomFor(WAIT)).isFalse();
        for (int i = 0; i < 7; i++) {
            assertThat(inFlight.hasRoomFor(PROMPT)).isTrue();
            add(PROMPT);
        }

        assertThat(inFlight.hasRoomFor(PROMPT)).isFalse();
        assertThat(inFlight.hasRoomFor(RENEW)).isTrue();
        add(RENEW);
        assertThat(inFlight.hasRoomFor(RENEW)).isFalse();
        assertThat(inFlight.hasRoomFor(new Request.Cancel("1"))).isTrue();
    }

    @Test
    void answeredAndWithdrawnWaitsMakeRoom() {
        inFlight.setWindow(4);
        add(WAIT);
        var withdrawn = add(WAIT);
        inFlight.next(0, 5);
        inFlight.withdraw(withdrawn);
        assertThat(inFlight.hasRoomFor(WAIT)).isTrue();
        add(WAIT);
        assertThat(inFlight.hasRoomFor(WAIT)).isFalse();

        inFlight.answered(1);

        assertThat(inFlight.hasRoomFor(WAIT)).isTrue();
    }

    @Test
    void answerOfOneThatWaitsIsDueWhenItsTimeIsOver() {
        add(new Request.BlockingPop(Verb.BLPOP, "q", 3_000));
        add(WAIT);
        add(PROMPT);
        assertThat(inFlight.firstWaitDueAt()).isNull();

        inFlight.next(0, 5);
        inFlight.next(0, 5);
        inFlight.next(0, 7);
        assertThat(inFlight.firstWaitDueAt()).isEqualTo(1_000_000_005L);
        assertThat(inFlight.oldestPromptSentAt()).isEqualTo(7);

        inFlight.answered(2);
        assertThat(inFlight.firstWaitDueAt()).isEqualTo(3_000_000_005L);
        inFlight.answered(1);
        assertThat(inFlight.firstWaitDueAt()).isNull();
    }

    @Test
    void timeOfAWaitThatTheServerHasGoesOnWithoutAConnection() {
        add(WAIT);
        add(new Request.BlockingPop(Verb.BLPOP, "q", 3_000));
        inFlight.next(0, 0);
        inFlight.next(0, 0);

        assertThat(inFlight.writtenAbove(1, 600_000_000L)).hasSize(1);
        assertThat(inFlight.firstWaitDueAt()).isEqualTo(1_000_000_000L);
        assertThat(inFlight.writtenAbove(2, 2_000_000_000L)).isEmpty();
        assertThat(inFlight.firstWaitDueAt()).isEqualTo(2_000_000_000L);

        inFlight.answered(1);
        assertThat(inFlight.firstWaitDueAt()).isEqualTo(3_600_000_000L);
    }

    @Test
    void waitsOfAnyLengthAreInOrderAlsoAcrossTheEndOfTheClocksRange() {
        long almostOver = Long.MAX_VALUE - 1;
        add(new Request.BlockingPop(Verb.BLPOP, "q", Long.MAX_VALUE));
        add(WAIT);
        inFlight.next(0, almostOver);
        inFlight.next(0, almostOver);

        assertThat(inFlight.firstWaitDueAt()).isEqualTo(almostOver + 1_000_000_000L);
        inFlight.answered(2);
        inFlight.answered(1);
        assertThat(inFlight.firstWaitDueAt()).isNull();
    }

    @Test
    void whatIsForgottenIsNotWaitedFor() {
        add(WAIT);
        inFlight.next(0, 0);

        inFlight.forgetWritten();

        assertThat(inFlight.firstWaitDueAt()).isNull();
    }

    @Test
    void whatTheServerHasNotTakenIsAboveWhatItHasSeen() {
        for (int i = 0; i < 4; i++) {
            add(PROMPT);
            inFlight.next(0, 5);
        }
        inFlight.answered(3);

        assertThat(inFlight.writtenAbove(2, 9)).extracting(exchange -> exchange.number).containsExactly(4L);
        assertThat(inFlight.oldestPromptSentAt()).isEqualTo(9);
        assertThat(inFlight.isPossible(4, 1)).isTrue();
        assertThat(inFlight.isPossible(5, 1)).isFalse();
        assertThat(inFlight.isPossible(0, 1)).isFalse();
    }

    @Test
    void lostSessionForgetsWhatWasWrittenAndTheCancelsOfIt() {
        var written = add(WAIT);
        inFlight.next(0, 5);
        var cancel = add(new Request.Cancel("1"));
        var unwritten = add(PROMPT);

        assertThat(inFlight.forgetWritten()).containsExactly(written, cancel);

        assertThat(inFlight.next(0, 5)).isSameAs(unwritten);
        assertThat(unwritten.number).isEqualTo(1);
        assertThat(inFlight.takeAll()).containsExactly(unwritten);
    }

    private Exchange add(Request request) {
        var exchange = new Exchange(request);
        inFlight.add(exchange);
        return exchange;
    }
}
