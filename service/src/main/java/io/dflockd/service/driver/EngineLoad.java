package io.dflockd.service.driver;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/** How long the engine works and how long threads wait for it. One of 64 is measured and counts for all of them. */
final class EngineLoad {
    private static final int ONE_OF = 64;
    private static final long NOT_MEASURED = 0;

    /** Guarded by the engine's lock. */
    private int actions;
    private long busyNanos;
    /** Written by whoever waits. That one or the other gets lost does not matter to a sample. */
    private int waits;
    private final LongAdder waitNanos = new LongAdder();

    /** Takes the engine's lock. Who gets it at once has not waited. */
    void enter(ReentrantLock lock) {
        if (!lock.tryLock()) {
            await(lock);
        }
    }

    private void await(ReentrantLock lock) {
        if (++waits % ONE_OF != 0) {
            lock.lock();
            return;
        }
        long from = System.nanoTime();
        lock.lock();
        waitNanos.add(System.nanoTime() - from);
    }

    /** An action is about to be applied, with the lock held. Returns what {@link #end} is to be given. */
    long begin() {
        return ++actions % ONE_OF == 0 ? System.nanoTime() : NOT_MEASURED;
    }

    /** All that the action brought about is done. */
    void end(long began) {
        if (began != NOT_MEASURED) {
            busyNanos += System.nanoTime() - began;
        }
    }

    /** For how long it was busy, as far as the sample tells. With the lock held. */
    long busyNanos() {
        return busyNanos * ONE_OF;
    }

    long waitNanos() {
        return waitNanos.sum() * ONE_OF;
    }
}
