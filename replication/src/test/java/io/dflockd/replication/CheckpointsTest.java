package io.dflockd.replication;

import static io.dflockd.replication.JournalOnFolder.WIDE;
import static io.dflockd.replication.JournalOnFolder.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Command;
import io.dflockd.engine.Effects;
import io.dflockd.engine.Engine;
import io.dflockd.engine.RandomHistory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CheckpointsTest {
    private static final long NOON = 1_800_000_000_000_000L;
    private static final long NIGHT = NOON + 40_000_000_000L;

    @TempDir private Path parent;
    private final Checkpoints checkpoints = new Checkpoints();
    private final Engine engine = new Engine(WIDE, 0);
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void theFirstBatchOfATermEndsWithOneAndThenEveryThousandth() {
        assertThat(checkpoints.take(batch(3, 0), engine))
                .contains(new Command.Checkpoint(3, 0, Checkpoints.digest(engine)));
        assertThat(checkpoints.take(batch(3, 1), engine)).isEmpty();
        assertThat(checkpoints.take(batch(3, 999), engine)).isEmpty();
        assertThat(checkpoints.take(batch(3, 1_000), engine)).isPresent();
    }

    @Test
    void whoDiffersIsTold() throws Exception {
        var own = checkpoints.take(batch(3, 1_000), engine).orElseThrow();

        checkpoints.check(own, engine);
        assertThatThrownBy(() -> checkpoints.check(new Command.Checkpoint(3, 1_000, own.digest() ^ 1), engine))
                .isInstanceOf(BrokenBatchException.class)
                .hasMessageContaining("after batch 1000 of term 3 ")
                .hasMessageContaining("%016x for this one".formatted(own.digest()))
                .hasMessageContaining("%016x for the node that led".formatted(own.digest() ^ 1))
                .hasMessageContaining("lastFence=0");
    }

    @Test
    void whatIsNotKnownAnyMoreIsBelieved() throws Exception {
        var old = checkpoints.take(batch(3, 0), engine).orElseThrow();
        for (int i = 1; i <= 64; i++) {
            checkpoints.take(batch(3, i * 1_000L), engine);
        }

        checkpoints.check(new Command.Checkpoint(3, 0, old.digest() ^ 1), engine);
        checkpoints.check(new Command.Checkpoint(2, 1_000, 5), engine);
        checkpoints.clear();
        checkpoints.check(new Command.Checkpoint(3, 64_000, 5), engine);
    }

    /** Else who was restarted would stop where nothing is wrong. */
    @Test
    void anEngineThatWasWrittenAndReadHasTheSameDigestEverAfter() throws Exception {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int run = 0; run < 60; run++) {
            var history = new RandomHistory(random.nextLong());
            var live = new Engine(history.limits(), 0);
            var read = live;
            var effects = new Effects();
            for (int i = 0; i < 1_500; i++) {
                var entry = history.next(live);
                live.apply(entry.timeMs(), entry.action(), effects);
                if (read != live) {
                    read.apply(entry.timeMs(), entry.action(), effects);
                }
                effects.clear();
                if (random.nextInt(200) == 0) {
                    read = copy(live);
                }
                assertThat(Checkpoints.digest(read)).as("seed " + seed).isEqualTo(Checkpoints.digest(live));
            }
        }
    }

    /** Grants of the second life would have got other tokens than those that clients have. */
    @Test
    void anEngineThatBeganWithAnotherFenceIsFoundOut() throws Exception {
        var digests = new ArrayList<Long>();
        try (var node = open(0)) {
            node.applier.before = action -> {
                if (action.command() instanceof Command.Checkpoint said) {
                    digests.add(said.digest());
                }
            };
            node.begin();
            node.apply(signal(1, 1, "x"));
        }
        try (var node = open(0)) {
            node.begin(); // as its writer began
        }
        try (var node = open(NIGHT)) {
            assertThatThrownBy(node::begin)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(parent.resolve("data") + ": the batch at index ")
                    .hasMessageContaining("after batch 0 of term 1 ")
                    .hasMessageContaining("%016x for the node that led".formatted(digests.get(0)))
                    .hasMessageContaining("lastFence=" + NIGHT);
            assertThat(node.failures).hasSize(1);
        }
    }

    private JournalOnFolder open(long lastFence) throws IOException {
        return new JournalOnFolder(parent.resolve("data"), new EngineApplier(WIDE, lastFence), nanos, NOON);
    }

    private static Batch batch(long term, long number) {
        return new Batch(1, term, number, 0, List.of());
    }

    private static Engine copy(Engine engine) throws IOException {
        var octets = new ByteArrayOutputStream();
        engine.writeSnapshot(new DataOutputStream(octets));
        return Engine.readSnapshot(new DataInputStream(new ByteArrayInputStream(octets.toByteArray())));
    }
}
