package io.dflockd.acceptance.faults;

import io.dflockd.client.Candidacy;
import io.dflockd.client.LeadershipListener;
import io.dflockd.client.Lease;
import io.dflockd.client.error.LossReason;
import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Leads in the task of {@code Election.run}, and believes as long as its lease is valid or the candidacy says that it
 * leads. It is told by the interrupt of its task, by the lease, and by the listener.
 */
final class LeaderHolder implements Holder {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FaultCase of;
    private final Handles handles;
    private final Journal journal;
    private final Sampler sampler;
    private final Leftovers leftovers;
    private volatile @Nullable Candidacy candidacy;
    /** Its first leadership has ended: it may lead again, which is no belief in that one. */
    private volatile boolean over;

    LeaderHolder(FaultCase of, Handles handles, Journal journal, Sampler sampler, Leftovers leftovers) {
        this.of = of;
        this.handles = handles;
        this.journal = journal;
        this.sampler = sampler;
        this.leftovers = leftovers;
    }

    @Override
    public void acquire() {
        candidacy = handles.election(new Listener()).run(this::lead);
        Eventually.await(of.key() + " is led", PATIENCE, journal::isGranted);
    }

    /** Also ends the campaign that follows a loss. */
    @Override
    public void release() {
        journal.over();
        var standing = candidacy;
        if (standing != null) {
            standing.close();
        }
    }

    @Override
    public void close() {
        candidacy = null;
        handles.close();
    }

    private void lead(Lease leadership) throws InterruptedException {
        boolean first = !journal.isGranted();
        if (first) {
            journal.granted(System.nanoTime(), leadership.fence());
            leftovers.watch("the lease of " + of, leadership);
            leadership.onLost(reason -> journal.told(System.nanoTime(), Kind.LEASE, reason.toString()));
            sampler.watch(journal, () -> leadership.isValid() || isLeader());
        }
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            if (first) {
                journal.told(System.nanoTime(), Kind.INTERRUPT, "INTERRUPT");
            }
            throw e;
        } finally {
            over = true;
        }
    }

    private boolean isLeader() {
        var standing = candidacy;
        boolean isLeader = standing != null && standing.isLeader();
        return isLeader && !over;
    }

    private final class Listener implements LeadershipListener {
        @Override
        public void elected(Lease leadership) {}

        @Override
        public void ended(Lease leadership, Optional<LossReason> reason) {
            long now = System.nanoTime();
            if (leadership.fence() == journal.fence()) {
                if (reason.isEmpty() && !journal.isOver()) {
                    journal.remark("the listener was told that a lost leadership was resigned");
                }
                journal.told(now, Kind.LISTENER, reason.map(LossReason::toString).orElse("resigned"));
            }
        }
    }
}
