package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final int BUDGET = 256 * 1024;
    private static final int ANSWER = 65_000;

    private final Starts starts = new Starts();
    private final Intake intake = new Intake(
            new RequestDecoder(65_536), new Lane(starts, BUDGET), new ConnectionDeadlines(1, 1, 0));

    /** Answers each request with a large answer that the peer does not take. */
    private static final class Starts implements Lane.Starts {
        final List<String> started = new ArrayList<>();
        boolean blocked;
        boolean changing;
        boolean busy;
        long unsent;

        @Override
        public boolean isHeldBack(Request request) {
            return blocked;
        }

        @Override
        public boolean isChanging() {
            return changing;
        }

        @Override
        public boolean isBusy() {
            return busy;
        }

        @Override
        public long unsentBytes() {
            return unsent;
        }

        @Override
        public boolean goesAtOnce(Request request) {
            return false;
        }

        @Override
        public void start(String tag, Request request) {
            started.add(tag);
            unsent += ANSWER;
        }
    }

    private void read(String text) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        intake.read(bytes, bytes.length, 0);
    }

    private static String burst(int requests) {
        var text = new StringBuilder();
        for (int i = 0; i < requests; i++) {
            text.append('@').append(i).append(" kget\nk\n\n");
        }
        return text.toString();
    }

    @Test
    void otherConnectionsHaveTheirTurnBetweenPiecesOfALongBurst() {
        int value = 60_000;
        var one = "kset\nk\n" + "v".repeat(value) + "\t0\n";
        for (int i = 0; i < 20; i++) {
            read(one);
            starts.unsent = 0;
        }

        int first = starts.started.size();
        assertThat(first * value).isBetween(Intake.MAX_BYTES_IN_A_TURN - value, Intake.MAX_BYTES_IN_A_TURN + value);
        assertThat(intake.isTurnOver()).isTrue();
        assertThat(intake.isFull()).as("it is not read on").isTrue();
        assertThat(intake.canProceed()).isFalse();

        int turns = 1;
        while (intake.isFull() && turns < 20) {
            intake.beginTurn();
            intake.proceed(() -> 0);
            starts.unsent = 0;
            turns++;
        }
        assertThat(starts.started).hasSize(20);
        assertThat(turns).isBetween(20 * value / Intake.MAX_BYTES_IN_A_TURN, 20);
    }

    @Test
    void whereAllHadEnoughInARoundOnlyWhoHasLittleGoesOn() {
        intake.beginRound(1);
        intake.endRound();
        read("kget\nk\n\n");
        assertThat(intake.isTurnOver()).as("after one that is short").isFalse();
        read("kset\nk\n" + "v".repeat(Intake.LEAST_BYTES_IN_A_TURN) + "\t0\n");
        assertThat(intake.isTurnOver()).as("after one that is not").isTrue();

        intake.beginRound(1);
        assertThat(intake.isTurnOver()).as("in the same round").isTrue();
        intake.beginRound(2);
        assertThat(intake.isTurnOver()).as("in the next one").isFalse();
    }

    @Test
    void aBurstOfTaggedRequestsCostsTheBudgetAndOneAnswer() {
        var burst = burst(6000);
        read(burst);

        assertThat(starts.unsent).isBetween((long) BUDGET, (long) BUDGET + ANSWER);
        assertThat(intake.heldBytes()).isLessThanOrEqualTo(burst.length());
        assertThat(intake.isFull()).isTrue();
    }

    @Test
    void allOfABurstStartsInItsOrderAsThePeerTakesTheAnswers() {
        read(burst(3000));
        read(burst(10));
        while (intake.heldBytes() > 0) {
            assertThat(intake.isFull()).isTrue();
            assertThat(intake.canProceed()).isFalse();
            starts.unsent = 0;
            intake.beginTurn();
            assertThat(intake.canProceed()).isTrue();
            intake.proceed(() -> 0);
            assertThat(starts.unsent).isLessThanOrEqualTo(BUDGET + ANSWER);
        }

        assertThat(starts.started).hasSize(3010).startsWith("0", "1", "2").endsWith("8", "9");
        assertThat(starts.started.get(2999)).isEqualTo("2999");
        assertThat(intake.heldBytes()).isZero();
    }

    @Test
    void aRequestThatWasCutWhereReadingStoppedIsWhole() {
        starts.unsent = BUDGET + 1;
        read("@1 kget\nk\n\n@2 kg");
        read("et\nk\n\n@3 kget\nk");
        starts.unsent = -10 * ANSWER;
        intake.proceed(() -> 0);
        read("\n\n");

        assertThat(starts.started).containsExactly("1", "2", "3");
        assertThat(intake.heldBytes()).isZero();
    }

    @Test
    void afterItsEndNothingStartsAndNothingIsKept() {
        read(burst(3000));
        int started = starts.started.size();
        intake.end();
        starts.unsent = 0;

        read(burst(3));
        intake.proceed(() -> 0);

        assertThat(starts.started).hasSize(started);
        assertThat(intake.heldBytes()).isZero();
    }

    @Test
    void noMoreStartInATurnThanOthersCanWaitFor() {
        starts.unsent = -1_000 * ANSWER;
        read(burst(600));
        read(burst(1));

        assertThat(starts.started).hasSize(Lane.MAX_STARTS);
        assertThat(intake.isTurnOver()).isTrue();
        assertThat(intake.isFull()).isTrue();
        intake.proceed(() -> 0);
        assertThat(starts.started).hasSize(Lane.MAX_STARTS);
        intake.beginTurn();
        intake.proceed(() -> 0);
        assertThat(starts.started).hasSize(2 * Lane.MAX_STARTS);
        intake.beginTurn();
        intake.proceed(() -> 0);
        assertThat(starts.started).hasSize(601).endsWith("599", "0");
        assertThat(intake.isFull()).isFalse();
    }

    @Test
    void halfARequestCounts() {
        read("kset\nk\n" + "v".repeat(30_000));

        assertThat(intake.heldBytes()).isGreaterThanOrEqualTo(30_000);
        assertThat(intake.isFull()).isFalse();
    }
}
