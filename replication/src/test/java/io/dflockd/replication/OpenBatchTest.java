package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OpenBatchTest {
    private static final long SEED = System.nanoTime();

    private final RandomActions random = new RandomActions(new SplittableRandom(SEED));
    private final OpenBatch open = new OpenBatch();
    private final Turn turn = new Turn();

    @Test
    void turnsAreOneBatch() throws Exception {
        for (int number = 0; number < 20; number++) {
            var expected = new ArrayList<Action>();
            for (int i = 0; i < 5; i++) {
                var actions = random.some(10);
                actions.forEach(turn::add);
                assertThat(open.hasRoomFor(turn)).isTrue();
                open.append(turn);
                turn.clear();
                expected.addAll(actions);
            }

            var sealed = open.seal(1, 2, number, 4);

            assertThat(sealed.batch()).isEqualTo(new Batch(1, 2, number, 4, expected));
            assertThat(BatchCodec.read(sealed.getContent().asReadOnlyByteBuffer()))
                    .as("seed " + SEED)
                    .isEqualTo(sealed.batch());
            assertThat(open.isEmpty()).isTrue();
        }
    }

    /** What was sealed before is not changed by what comes after. */
    @Test
    void whatIsSealedStays() throws Exception {
        var batches = new ArrayList<Proposal>();
        for (int i = 0; i < 10; i++) {
            random.some(5).forEach(turn::add);
            open.append(turn);
            turn.clear();
            batches.add(open.seal(1, 2, i, 4));
        }
        for (var sealed : batches) {
            assertThat(BatchCodec.read(sealed.getContent().asReadOnlyByteBuffer())).isEqualTo(sealed.batch());
            assertThat(sealed.batch().actions()).hasSize(5);
        }
    }

    /** The log keeps it in memory, and there are many of a hundred bytes. */
    @Test
    void whatIsSealedTakesNoMoreThanItsLength() {
        random.some(1).forEach(turn::add);
        open.append(turn);

        var content = open.seal(1, 2, 3, 4).getContent();

        assertThat(content.asReadOnlyByteBuffer().capacity()).isEqualTo(content.size());
    }

    @Test
    void aTickIsABatchOfNothing() throws Exception {
        var sealed = open.seal(1, 2, 3, 4);

        assertThat(BatchCodec.read(sealed.getContent().asReadOnlyByteBuffer()))
                .isEqualTo(new Batch(1, 2, 3, 4, List.of()));
    }

    @Test
    void aFullBatchHasNoRoomAnEmptyOneAlwaysHas() {
        var half = new Action(0, 1, 1, 1, 0, new Command.Signal("c", "x".repeat(OpenBatch.MAX_BYTES / 2)));
        turn.add(half);
        open.append(turn);
        assertThat(open.hasRoomFor(turn)).isFalse();
        open.seal(1, 2, 3, 4);

        turn.add(half);
        turn.add(half);
        assertThat(turn.bytes()).isGreaterThan(OpenBatch.MAX_BYTES);
        assertThat(open.hasRoomFor(turn)).isTrue();
    }

    @Test
    void anActionThatIsRefusedLeavesTheTurnAsItWas() throws Exception {
        var good = new Action(0, 9, 9, 1, 0, new Command.Ping());
        turn.add(good);
        int bytes = turn.bytes();

        assertThatThrownBy(() -> turn.add(new Action(17, 8, 8, 1, 0, new Command.Ping())))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(turn.bytes()).isEqualTo(bytes);
        turn.add(good);
        open.append(turn);
        assertThat(BatchCodec.read(open.seal(1, 2, 3, 4).getContent().asReadOnlyByteBuffer()).actions())
                .containsExactly(good, good);
    }
}
