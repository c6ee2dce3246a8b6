package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final long TERM = 7;

    private long nanos;
    private final List<Batch> proposed = new ArrayList<>();
    private final Window window = new Window(new LogClock(() -> 0), () -> nanos, (proposal, term) -> {
        assertThat(proposal.batch().term()).isEqualTo(term);
        proposed.add(proposal.batch());
    });
    private int handedIn;
    private int decided;

    @BeforeEach
    void begin() {
        window.begin(TERM);
    }

    @Test
    void whoeverIsAloneWaitsForNobody() {
        join();

        assertThat(sizes()).containsExactly(1);
        assertThat(proposed.get(0).number()).isZero();
        assertThat(window.waitingBytes()).isPositive();
    }

    @Test
    void howLongABatchTookIsKnownWhenItIsDecided() {
        join();
        nanos = 1_000_000;
        window.decided(proposed.get(0));

        assertThat(window.times().sum()).isEqualTo(1_000_000);
        assertThat(window.times().count(2)).as("more than 262 us, no more than 1.05 ms").isEqualTo(1);
    }

    /** As where a lock is handed over: one has released it, and who had it before wants it again. */
    @Test
    void oneOfTwoWaitsForNobodyEither() {
        join();
        join();
        assertThat(sizes()).containsExactly(1, 1);
    }

    @Test
    void whatComesGoesWhenItIsAsMuchAsIsUnderWay() {
        for (int i = 0; i < 7; i++) {
            join();
        }
        assertThat(sizes()).containsExactly(1, 1, 2);
        join();
        assertThat(sizes()).containsExactly(1, 1, 2, 4);
        assertThat(order()).isSorted().doesNotHaveDuplicates().hasSize(handedIn);
    }

    @Test
    void whatWaitsGoesWhenEnoughIsDecided() {
        for (int i = 0; i < 7; i++) {
            join();
        }
        decideNext();
        assertThat(sizes()).as("three are under way, three wait").containsExactly(1, 1, 2, 3);
        join();
        decideNext();
        assertThat(sizes()).as("one waits for five").hasSize(4);
        decideNext();
        assertThat(sizes()).as("one waits for three").hasSize(4);
        decideNext();
        assertThat(sizes()).containsExactly(1, 1, 2, 3, 1);
        assertThat(order()).isSorted().doesNotHaveDuplicates().hasSize(handedIn);
    }

    @Test
    void noMoreThanSoManyBatchesAreUnderWay() {
        fill();
        assertThat(proposed).hasSize(Window.SIZE);
        for (int i = 0; i < 100; i++) {
            join();
        }
        assertThat(proposed).hasSize(Window.SIZE);
        decideNext();
        assertThat(sizes()).hasSize(Window.SIZE + 1).endsWith(100);
    }

    @Test
    void aTickIsNothingThatOneWaitsFor() {
        window.propose();
        join();
        assertThat(sizes()).containsExactly(0, 1);
    }

    @Test
    void aFullBatchGoesAlsoThroughAFullWindow() {
        fill();
        var large = turn(new Command.Checkpoint(1, 2, 3));
        while (large.bytes() < OpenBatch.MAX_BYTES - large.bytes() / large.actions().size()) {
            large.add(Action.ofDriver(new Command.Checkpoint(1, 2, 3)));
        }
        window.join(large);
        assertThat(proposed).hasSize(Window.SIZE);

        window.join(large);

        assertThat(proposed).hasSize(Window.SIZE + 1);
        assertThat(window.isDecided(false)).isFalse();
    }

    @Test
    void whatWasThereBeforeItIsHeldBackGoes() {
        for (int i = 0; i < 3; i++) {
            join();
        }
        assertThat(sizes()).containsExactly(1, 1);
        window.hold();
        assertThat(sizes()).containsExactly(1, 1, 1);
        join();
        assertThat(proposed).hasSize(3);
    }

    @Test
    void nothingIsProposedWhileItIsHeldBackAndAllOfItAfterwardsInOrder() {
        window.hold();
        for (int i = 0; i < 3; i++) {
            var large = new Turn();
            while (large.bytes() < OpenBatch.MAX_BYTES) {
                large.add(Action.ofDriver(new Command.Checkpoint(1, ++handedIn, 3)));
            }
            window.join(large);
        }
        assertThat(proposed).isEmpty();
        assertThat(window.isDecided(false)).isTrue();
        assertThat(window.isDecided(true)).isFalse();
        assertThat(window.isIdle()).isFalse();

        window.goOn();
        assertThat(proposed).as("the third waits for two").hasSize(2);
        decideNext();

        assertThat(order()).isSorted().doesNotHaveDuplicates().hasSize(handedIn);
        assertThat(proposed).extracting(Batch::number).containsExactly(0L, 1L, 2L);
    }

    @Test
    void whatIsOfAnotherTermIsNotWaitedFor() {
        join();
        window.hold();
        join();
        var former = proposed.get(0);

        window.begin(TERM + 1);

        assertThat(window.waitingBytes()).isZero();
        assertThat(window.isIdle()).isTrue();
        assertThat(window.decided(former)).isFalse();
        join();
        assertThat(proposed).hasSize(2);
        assertThat(proposed.get(1).number()).isZero();
        assertThat(proposed.get(1).term()).isEqualTo(TERM + 1);
    }

    @Test
    void bytesAreCountedUntilTheyAreDecided() {
        for (int i = 0; i < 3; i++) {
            join();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(window.waitingBytes()).isPositive();
            decideNext();
        }
        assertThat(window.waitingBytes()).isZero();
        assertThat(window.isDecided(true)).isTrue();
    }

    /** As many batches are under way as may be. */
    private void fill() {
        for (int i = 0; i < 1 << (Window.SIZE - 1); i++) {
            join();
        }
    }

    private void decideNext() {
        assertThat(window.decided(proposed.get(decided++))).isTrue();
        window.proposeIfFree();
    }

    private void join() {
        window.join(turn(new Command.Checkpoint(1, ++handedIn, 3)));
    }

    private static Turn turn(Command command) {
        var turn = new Turn();
        turn.add(Action.ofDriver(command));
        return turn;
    }

    private List<Integer> sizes() {
        return proposed.stream().map(batch -> batch.actions().size()).toList();
    }

    private List<Long> order() {
        return proposed.stream()
                .flatMap(batch -> batch.actions().stream())
                .map(action -> ((Command.Checkpoint) action.command()).number())
                .toList();
    }
}
