package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static final int BUDGET = 10_000;

    private final Starts starts = new Starts();
    private final Lane lane = new Lane(starts, BUDGET);

    /** Notes what starts. A request with the key "wait" blocks. */
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
            return request.key().equals("at once");
        }

        @Override
        public void start(String tag, Request request) {
            started.add(tag + ":" + request.key());
            blocked |= tag.isEmpty() && request.key().equals("wait");
        }
    }

    private void submit(String tag, String... keys) {
        for (var key : keys) {
            lane.submit(tag, new Request.GetCounter(key));
        }
    }

    @Test
    void anUntaggedRequestThatBlocksHoldsBackUntaggedOnesOnly() {
        submit("", "a", "wait", "b", "c");
        submit("1", "d");

        assertThat(starts.started).containsExactly(":a", ":wait", "1:d");
        assertThat(lane.canProceed()).isFalse();
        starts.blocked = false;
        assertThat(lane.canProceed()).isTrue();
        lane.proceed();
        assertThat(starts.started).containsExactly(":a", ":wait", "1:d", ":b", ":c");
        assertThat(lane.bytes()).isZero();
    }

    @Test
    void nothingStartsWhileMoreIsUnsentThanTheBudget() {
        starts.unsent = BUDGET + 1;
        submit("1", "a");
        submit("", "b");
        submit("2", "c");
        lane.proceed();

        assertThat(starts.started).isEmpty();
        assertThat(lane.isFull()).isTrue();
        starts.unsent = BUDGET;
        lane.proceed();
        assertThat(starts.started).containsExactly("1:a", "2:c", ":b");
    }

    @Test
    void whatWaitedStartsATurnAtATime() {
        submit("", "wait");
        for (int i = 0; i < Lane.MAX_WAITING; i++) {
            submit("", "a" + i);
        }
        starts.blocked = false;
        for (int turn = 1; turn <= Lane.MAX_WAITING / Lane.MAX_STARTS; turn++) {
            lane.beginTurn();
            assertThat(lane.canProceed()).isTrue();
            lane.proceed();
            assertThat(starts.started).hasSize(1 + turn * Lane.MAX_STARTS);
            assertThat(lane.isTurnOver()).isTrue();
            assertThat(lane.canProceed()).isFalse();
        }
        assertThat(lane.bytes()).isZero();
    }

    @Test
    void requestsOfOneKindKeepTheirOrderBehindOneThatWaits() {
        starts.unsent = BUDGET + 1;
        submit("1", "a");
        starts.unsent = 0;
        submit("2", "b");

        lane.proceed();
        assertThat(starts.started).containsExactly("1:a", "2:b");
    }

    @Test
    void whatGoesAtOnceIsHeldBackByNothing() {
        submit("", "wait", "a");
        starts.unsent = BUDGET + 1;
        submit("", "at once");

        assertThat(starts.started).containsExactly(":wait", ":at once");
    }

    @Test
    void theBacklogIsPartOfTheBudget() {
        submit("", "wait");
        for (int i = 0; !lane.isFull(); i++) {
            assertThat(lane.bytes()).isLessThanOrEqualTo(BUDGET);
            lane.submit("", new Request.SetValue("k" + i, "v".repeat(1000), 0));
        }

        assertThat(lane.bytes()).isBetween((long) BUDGET, BUDGET + 2000L);
        starts.blocked = false;
        lane.proceed();
        assertThat(starts.started).hasSizeGreaterThan(5);
        assertThat(lane.bytes()).isZero();
        assertThat(lane.isFull()).isFalse();
    }

    @Test
    void aBacklogThatIsAboveTheBudgetByItselfStarts() {
        submit("", "wait");
        lane.submit("", new Request.SetValue("k", "v".repeat(BUDGET * 2), 0));
        assertThat(lane.isFull()).isTrue();

        starts.blocked = false;
        lane.proceed();

        assertThat(starts.started).containsExactly(":wait", ":k");
    }

    @Test
    void whatChangesTheSessionHoldsBackAllThatCameBehindIt() {
        submit("", "wait");
        lane.submit("", new Request.Bye());
        submit("1", "a");
        submit("", "wait");
        submit("2", "b");
        lane.submit("", new Request.Resume("0123456789abcdef", 60, 0));
        submit("3", "c");
        submit("", "d");
        lane.submit("4", new Request.Bye());
        assertThat(starts.started).containsExactly(":wait");

        starts.blocked = false;
        lane.proceed();
        assertThat(starts.started.subList(1, starts.started.size())).containsExactly(":", "1:a", "2:b", ":wait");
        submit("5", "e");
        assertThat(lane.canProceed()).isFalse();

        starts.blocked = false;
        lane.proceed();
        assertThat(starts.started.subList(5, starts.started.size())).containsExactly(":0123456789abcdef", "3:c", "4:",
                "5:e", ":d");
        assertThat(lane.bytes()).isZero();
    }

    @Test
    void whatChangesTheSessionWaitsForTaggedOnesThatCameBefore() {
        starts.unsent = BUDGET + 1;
        submit("1", "a");
        lane.submit("", new Request.Bye());
        submit("2", "b");

        starts.unsent = 0;
        lane.proceed();

        assertThat(starts.started).containsExactly("1:a", ":", "2:b");
        submit("3", "c");
        assertThat(starts.started).endsWith("3:c");
    }
}
