package io.dflockd.client;

import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.error.LossReason;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a resource does with fences: it remembers the highest it has seen and refuses whoever comes with a lower one, for
 * that is a holder who overslept the end of its lease. This one keeps the number in memory and so guards a resource that
 * lives in this process; a store keeps it beside the data, as in
 * {@code UPDATE … SET content = ?, fence = ? WHERE id = ? AND fence <= ?}.
 */
public final class FenceGuard {
    private final AtomicLong highest = new AtomicLong();

    /** A guard that has seen no fence yet. */
    public FenceGuard() {}

    /** Lets this fence and higher ones pass from now on; false if a higher one has passed already. */
    public boolean admit(long fence) {
        return highest.accumulateAndGet(fence, Math::max) == fence;
    }

    /**
     * As {@link #admit}, for code that cannot go on.
     *
     * @throws LeaseLostException when a higher fence has passed already
     */
    public void check(Lease lease) {
        if (!admit(lease.fence())) {
            throw new LeaseLostException(
                    lease.key() + ": fence " + lease.fence() + " comes after fence " + highest.get()
                            + ": somebody else has held it since",
                    LossReason.EXPIRED);
        }
    }
}
