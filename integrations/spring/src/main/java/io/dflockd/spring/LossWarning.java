package io.dflockd.spring;

import io.dflockd.client.Lease;

/** Interrupts the thread that runs a method when its lease is lost, and never later than the method ends. */
final class LossWarning {
    private final Lease lease;
    private final Thread thread = Thread.currentThread();
    private boolean isOver;
    private boolean hasInterrupted;

    LossWarning(Lease lease, WithLock.OnLost onLost) {
        this.lease = lease;
        if (onLost == WithLock.OnLost.INTERRUPT) {
            lease.onLost(reason -> warn());
        }
    }

    Lease lease() {
        return lease;
    }

    /** Interrupts the method now, unless it has ended. */
    synchronized void warn() {
        if (!isOver) {
            hasInterrupted = true;
            thread.interrupt();
        }
    }

    /** On the thread of the method. An interrupt that the method did not take notice of is not its caller's. */
    synchronized void end() {
        isOver = true;
        if (hasInterrupted) {
            var unused = Thread.interrupted();
        }
    }
}
