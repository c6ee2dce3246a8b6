package io.dflockd.client;

import io.dflockd.client.error.LossReason;

/** Is told that a hold was lost. */
@FunctionalInterface
public interface LossListener {
    /** Called once for a lease, on the handle's callback executor. */
    void lost(Lease lease, LossReason reason);
}
