package io.dflockd.replication;

import io.dflockd.engine.Census;
import io.dflockd.engine.Command;
import io.dflockd.engine.Engine;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Sees that whoever applies the log comes to the same state: at the same batches every node takes a digest of what it counts
 * anyway; the one that leads puts its own into the log, and the others, and itself when it reads the log again, compare.
 * Not thread-safe.
 */
final class Checkpoints {
    /** Of so many batches of a term one ends with a digest, the first of them too. */
    static final int EVERY = 1_000;

    private static final int KEPT = 64;
    private static final long PRIME = 0x9e3779b97f4a7c15L;

    private final ArrayDeque<Command.Checkpoint> latest = new ArrayDeque<>();

    /** All actions of a batch are applied. Gives what is to be put into the log, if it is the turn of this one. */
    Optional<Command.Checkpoint> take(Batch batch, Engine engine) {
        if (batch.number() % EVERY != 0) {
            return Optional.empty();
        }
        var own = new Command.Checkpoint(batch.term(), batch.number(), digest(engine));
        latest.add(own);
        if (latest.size() > KEPT) {
            latest.remove();
        }
        return Optional.of(own);
    }

    /** Compares what the log says with what was found here. What is too long ago, or was not applied here, is believed. */
    void check(Command.Checkpoint said, Engine engine) throws BrokenBatchException {
        for (var own : latest) {
            if (own.term() == said.term() && own.number() == said.number() && own.digest() != said.digest()) {
                throw new BrokenBatchException("after batch " + said.number() + " of term " + said.term()
                        + " the digest of the state was " + hex(said.digest()) + " for the node that led, and is "
                        + hex(own.digest()) + " for this one, so they decide differently (now there is "
                        + engine.census() + ", last ticket " + engine.lastTicket() + ")");
            }
        }
    }

    /** Another state takes the place of the present one. */
    void clear() {
        latest.clear();
    }

    /** What goes into it, and in which order, must stay as long as there are logs that have it. */
    static long digest(Engine engine) {
        var census = engine.census();
        var mixed = new Mixed();
        mixed.accept(engine.nowMs());
        mixed.accept(engine.lastTicket());
        things(census, mixed);
        return mixed.value;
    }

    private static void things(Census census, LongConsumer each) {
        each.accept(census.lastFence());
        each.accept(census.bytes());
        each.accept(census.resources());
        each.accept(census.idleResources());
        each.accept(census.holds());
        each.accept(census.waiters());
        each.accept(census.counters());
        each.accept(census.values());
        each.accept(census.lists());
        each.accept(census.poppers());
        each.accept(census.barriers());
        each.accept(census.participants());
        each.accept(census.subscriptions());
        each.accept(census.sessions());
        each.accept(census.namedSessions());
    }

    private static String hex(long digest) {
        return "%016x".formatted(digest);
    }

    private static final class Mixed implements LongConsumer {
        long value;

        @Override
        public void accept(long next) {
            value = Long.rotateLeft((value ^ next) * PRIME, Integer.SIZE - 1);
        }
    }
}
