package io.dflockd.acceptance.faults;

import io.dflockd.client.Lease;
import org.jspecify.annotations.Nullable;

/** Holds a lock, a permit, or one side of a read-write lock, and believes as long as the lease says that it is valid. */
final class LeaseHolder implements Holder {
    private final FaultCase of;
    private final Handles handles;
    private final Journal journal;
    private final Sampler sampler;
    private final Leftovers leftovers;
    private @Nullable Lease lease;

    LeaseHolder(FaultCase of, Handles handles, Journal journal, Sampler sampler, Leftovers leftovers) {
        this.of = of;
        this.handles = handles;
        this.journal = journal;
        this.sampler = sampler;
        this.leftovers = leftovers;
    }

    @Override
    public void acquire() throws InterruptedException {
        var granted = handles.acquirable().acquire();
        lease = granted;
        journal.granted(System.nanoTime(), granted.fence());
        leftovers.watch("the lease of " + of, granted);
        granted.onLost(reason -> journal.told(System.nanoTime(), Kind.LEASE, reason.toString()));
        var unused = granted.lost()
                .thenAccept(reason -> journal.told(System.nanoTime(), Kind.FUTURE, reason.toString()));
        sampler.watch(journal, granted::isValid);
    }

    @Override
    public void release() throws InterruptedException {
        journal.over();
        if (lease != null) {
            var unused = lease.release();
        }
    }

    @Override
    public void close() {
        lease = null;
        handles.close();
    }
}
