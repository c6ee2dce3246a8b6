package io.dflockd.spring;

import io.dflockd.client.Lease;
import io.dflockd.client.error.LossReason;

/** Interrupts the thread that runs a method when its lease is lost, and never later than the method ends. */
final class LossWarning {
    private final Thread thread = Thread.currentThread();
    private boolean isOver;
    private boolean hasInterrupted;

    LossWarning(Lease lease, WithLock.OnLost onLost) {
        if (onLost == WithLock.OnLost.INTERRUPT) {
            lease.onLost(this::warn);
        }
    }

    private synchronized void warn(LossReason reason) {
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
