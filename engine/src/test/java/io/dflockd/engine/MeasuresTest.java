package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Tally.HoldEnd;
import io.dflockd.engine.Tally.Limit;
import io.dflockd.engine.Tally.Renewal;
import io.dflockd.engine.Tally.SessionEnding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasuresTest {
    private static final long A = 1;
    private static final long B = 2;
    private static final long C = 3;

    private Engine engine = new Engine(Limits.wide(), 0);
    private final Effects effects = new Effects();
    private long request;

    @Test
    void whoWaitedForItsGrantIsToldFromWhoGotItAtOnce() {
        at(0, A, acquire("jobs"));
        at(100, B, acquire("jobs"));
        at(350, A, new Command.Release("jobs", token(1), false));

        var tally = measures(350).tally();
        assertThat(tally.grants(HoldKind.LOCK, false)).isEqualTo(1);
        assertThat(tally.grants(HoldKind.LOCK, true)).isEqualTo(1);
        assertThat(tally.waits(HoldKind.LOCK).sum()).isEqualTo(250);
        assertThat(tally.waits(HoldKind.LOCK).count(0)).isEqualTo(1);
        assertThat(tally.waits(HoldKind.LOCK).count(4)).isEqualTo(1); // more than 64 ms, no more than 256
        assertThat(tally.durations(HoldKind.LOCK).sum()).isEqualTo(350);
        assertThat(tally.ended(HoldKind.LOCK, HoldEnd.RELEASED)).isEqualTo(1);
    }

    @Test
    void holdsAndWaitersAreCountedByKind() {
        at(0, A, acquire("lock"));
        at(0, B, acquire("lock"));
        at(0, A, new Command.Acquire("pool", Mode.PERMIT, 2, 0, 30_000, false));
        at(0, A, new Command.Acquire("boss", Mode.LEADERSHIP, 1, 0, 30_000, false));
        at(0, A, new Command.Acquire("doc", Mode.WRITE, 0, 0, 30_000, false));
        at(0, B, new Command.Acquire("doc", Mode.READ, 0, 5_000, 30_000, false));

        var census = engine.census();
        assertThat(census.holdsByKind().values()).containsExactlyInAnyOrder(1, 1, 1, 1, 0);
        assertThat(census.holdsByKind()).containsEntry(HoldKind.READ, 0);
        assertThat(census.waitersByKind()).containsEntry(HoldKind.LOCK, 1).containsEntry(HoldKind.READ, 1);
    }

    @Test
    void aDowngradedHoldIsAReadHoldFromThenOn() {
        at(0, A, new Command.Acquire("doc", Mode.WRITE, 0, 0, 30_000, false));
        at(0, A, new Command.Downgrade("doc", token(1), 30_000, false));

        assertThat(engine.census().holdsByKind())
                .containsEntry(HoldKind.WRITE, 0)
                .containsEntry(HoldKind.READ, 1);
    }

    @Test
    void eachEndOfAHoldHasItsReason() {
        at(0, A, acquire("released"));
        at(0, A, acquire("revoked"));
        at(0, A, acquire("left"));
        at(0, A, new Command.Acquire("expired", Mode.PERMIT, 1, 0, 1_000, false));

        at(500, A, new Command.Release("released", token(1), false));
        at(500, B, new Command.Revoke("revoked", 2));
        at(1_020, 0, new Command.Tick());
        at(2_000, A, new Command.Detach(List.of(), 0));

        var tally = measures(2_000).tally();
        for (var end : HoldEnd.values()) {
            assertThat(tally.ended(HoldKind.LOCK, end)).as(end.name()).isEqualTo(1);
        }
        assertThat(tally.expiryLags().sum()).isEqualTo(20);
        assertThat(tally.sessionsEnded(SessionEnding.DISCONNECT)).isEqualTo(1);
    }

    @Test
    void renewalsAreCountedByWhatCameOfThem() {
        at(0, A, new Command.Acquire("k", Mode.PERMIT, 1, 0, 1_000, false));

        at(500, A, new Command.Renew("k", token(1), 1_000, false));
        at(1_500, A, new Command.Renew("k", token(1), 1_000, false));
        at(1_600, A, new Command.Renew("k", token(1), 1_000, false));

        var tally = measures(1_600).tally();
        assertThat(tally.renewals(Renewal.OK)).isEqualTo(1);
        assertThat(tally.renewals(Renewal.EXPIRED)).isEqualTo(1);
        assertThat(tally.renewals(Renewal.UNKNOWN)).isEqualTo(1);
    }

    @Test
    void theOldestWaitIsOfWhoeverCameFirstToAnyKey() {
        at(0, A, acquire("a"));
        at(0, A, acquire("b"));
        at(1_000, B, acquire("b"));
        at(2_000, C, acquire("a"));
        assertThat(measures(3_000).oldestWaitMs()).isEqualTo(2_000);

        at(3_000, A, new Command.Release("b", token(2), false));

        assertThat(measures(3_500).oldestWaitMs()).isEqualTo(1_500);
        assertThat(engine.census().waiters()).isEqualTo(1);
    }

    @Test
    void whatALimitRefusesIsCountedUnderItsName() {
        engine = new Engine(Limits.wide(), 0);
        at(0, 0, new Command.SetLimits(new EngineLimits(
                1, 1, 1, 0, 0, 1 << 20, 1 << 20, 0, 0, true, 1_000, 1_000)));
        at(0, A, acquire("a"));
        at(0, B, acquire("b"));
        at(0, B, acquire("a"));
        at(0, C, acquire("a"));
        at(0, A, new Command.Increment("one", 1));
        at(0, A, new Command.SetValue("two", "v", 0));

        var tally = measures(0).tally();
        assertThat(tally.refusals(Limit.LOCKS)).isEqualTo(1);
        assertThat(tally.refusals(Limit.WAITERS)).isEqualTo(1);
        assertThat(tally.refusals(Limit.KEYS)).isEqualTo(1);
        assertThat(tally.refusals(Limit.MEMORY)).isZero();
    }

    @Test
    void theLongestPrefixOfAKeyIsItsGroup() {
        at(0, A, acquire("orders/1"));
        engine.group(List.of("orders/", "orders/eu/", "jobs/"));
        at(0, A, acquire("orders/eu/1"));
        at(0, A, acquire("other"));
        at(1_000, B, acquire("orders/eu/1"));

        assertThat(measures(3_000).groups())
                .containsExactly(
                        new Measures.Group(1, 0, 0, 0),
                        new Measures.Group(1, 1, 2_000, 1),
                        new Measures.Group(0, 0, 0, 0));
    }

    @Test
    void groupsAreNoMoreThanThereCanBe() {
        assertThatThrownBy(() -> engine.group(Collections.nCopies(51, "k")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("51 groups");
    }

    @Test
    void anEngineThatIsReadFromASnapshotGoesOnCounting() throws IOException {
        engine.group(List.of("a"));
        at(0, A, acquire("a"));
        at(1_000, B, acquire("a"));

        var bytes = new ByteArrayOutputStream();
        engine.writeSnapshot(new DataOutputStream(bytes));
        var former = engine;
        engine = Engine.readSnapshot(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        engine.goOnFrom(former);

        assertThat(measures(3_000).groups()).containsExactly(new Measures.Group(1, 1, 2_000, 1));
        assertThat(measures(3_000).oldestWaitMs()).isEqualTo(2_000);
        assertThat(measures(3_000).tally().grants(HoldKind.LOCK, false)).isEqualTo(1);
    }

    /** As while it is read from a log, or while another node leads. */
    @Test
    void whatIsAppliedForOthersIsNotCounted() {
        engine.count(false);
        at(0, A, acquire("k"));
        engine.count(true);
        at(10, A, new Command.Release("k", token(1), false));

        var tally = measures(10).tally();
        assertThat(tally.grants(HoldKind.LOCK, false)).isZero();
        assertThat(tally.ended(HoldKind.LOCK, HoldEnd.RELEASED)).isEqualTo(1);
        assertThat(engine.census().holdsByKind()).containsEntry(HoldKind.LOCK, 0);
    }

    @Test
    void whatWasMeasuredChangesNoMore() {
        var before = measures(0);
        at(0, A, acquire("k"));

        assertThat(before.tally().grants(HoldKind.LOCK, false)).isZero();
    }

    @Test
    void aDurationIsCountedUnderTheLeastBoundThatItDoesNotExceed() {
        var histogram = Histogram.ofMs();
        for (long ms : List.of(0L, 1L, 2L, 4L, 5L, 4_194_304L, 4_194_305L, Long.MAX_VALUE / 2)) {
            histogram.add(ms);
        }

        assertThat(histogram.count(0)).isEqualTo(2);
        assertThat(histogram.count(1)).isEqualTo(2);
        assertThat(histogram.count(2)).isEqualTo(1);
        assertThat(histogram.count(Histogram.BOUNDS - 1)).isEqualTo(1);
        assertThat(histogram.count(Histogram.BOUNDS)).isEqualTo(2);
        assertThat(histogram.bound(Histogram.BOUNDS - 1)).isEqualTo(4_194_304);
    }

    private static Command acquire(String key) {
        return new Command.Acquire(key, Mode.PERMIT, 1, 60_000, 30_000, false);
    }

    private String token(long fence) {
        return Token.format(fence, 7);
    }

    private Measures measures(long timeMs) {
        return engine.measures(timeMs);
    }

    private void at(long timeMs, long session, Command command) {
        effects.clear();
        engine.apply(timeMs, new Action(7, session, session, session == 0 ? 0 : ++request, 0, command), effects);
    }
}
