package io.dflockd.replication;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why nobody leads, where that lasts: asks the other members, and tells which of them does not answer, and why. A node
 * that is a member no more learns it here, as nobody else speaks to it. Ratis tells of this only where votes are refused, not
 * where nobody is there to refuse them.
 */
final class Leaderless implements AutoCloseable {
    /** So many election time-outs nobody has led when it is asked first. */
    private static final int ELECTION_TIMEOUTS = 40;
    private static final int LOOKS = 8;
    private static final Duration BETWEEN_WORDS = Duration.ofSeconds(60);
    private static final Logger LOG = LoggerFactory.getLogger(Leaderless.class);

    private final Voter voter;
    private final Consumer<IOException> removed;
    private final Duration patience;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dflockd-log-leaderless").factory());
    /** When it is asked next, unless somebody leads before; of the timer's thread, as all that follows. */
    private long nextAt;

    /** {@code removed}: is told where this node is a member no more. */
    Leaderless(Voter voter, Consumer<IOException> removed, Duration electionTimeout) {
        this.voter = voter;
        this.removed = removed;
        this.patience = electionTimeout.multipliedBy(ELECTION_TIMEOUTS);
    }

    /** From now on it looks. */
    void start() {
        long pause = patience.dividedBy(LOOKS).toMillis();
        nextAt = System.nanoTime() + patience.toNanos();
        var unusedAsItEndsWithTheTimer = timer.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
    }

    private void look() {
        long now = System.nanoTime();
        if (!voter.lacksLeader()) {
            nextAt = now + patience.toNanos();
        } else if (now - nextAt >= 0) {
            nextAt = now + BETWEEN_WORDS.toNanos();
            ask();
        }
    }

    private void ask() {
        try {
            if (voter.isRemovedForMost()) {
                removed.accept(wasRemoved());
                return;
            }
            var why = voter.unanswered();
            LOG.atWarn()
                    .setMessage("no node leads, so nothing is answered")
                    .addKeyValue("reason", why.isEmpty() ? "all members answer, but elect none" : why)
                    .log();
        } catch (RuntimeException e) {
            LOG.atWarn().setMessage("no node leads, and the members cannot be asked").setCause(e).log();
        }
    }

    /** Why a node ends that is a member no more. */
    static IOException wasRemoved() {
        return new IOException("this node was removed from its cluster and ends; the folder is of no more use");
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
